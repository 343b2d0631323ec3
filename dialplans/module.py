"""The modules that Asterisk loads: what our dialplan, phones and manager use, and nothing else.

`autoload` is off. A module that is not here cannot be reached by anybody, so each group says what it is
for. Where one is missing in an Asterisk package, `NEEDED` is an error and `WELCOME` is left out.
"""

from pathlib import Path

from contact.errors import CentralaError

NEEDED: dict[str, tuple[str, ...]] = {
    "time and configuration": (
        "res_timing_timerfd",
        "res_sorcery_config",
        "res_sorcery_memory",
        "res_sorcery_astdb",
    ),
    "SIP": (
        *(
            "res_pjproject",
            "res_pjsip",
            "res_pjsip_pubsub",
            "res_pjsip_session",
            "res_pjsip_sdp_rtp",
            "chan_pjsip",
        ),
        *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest"),
        *("res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user"),
        *("res_pjsip_registrar", "res_pjsip_nat", "res_pjsip_caller_id", "res_pjsip_diversion"),
        *("res_pjsip_dtmf_info", "res_pjsip_rfc3326", "res_pjsip_path", "res_pjsip_header_funcs"),
    ),
    "phone in the browser": (
        *("res_crypto", "res_http_websocket", "res_pjsip_transport_websocket", "res_srtp"),
        "res_format_attr_opus",
    ),
    "media": (
        *("res_rtp_asterisk", "codec_alaw", "codec_ulaw", "codec_a_mu", "codec_g722", "codec_resample"),
        *("format_wav", "format_pcm", "format_sln", "res_musiconhold"),
    ),
    "bridges": (
        "bridge_simple",
        "bridge_native_rtp",
        "bridge_holding",
        "bridge_softmix",
        "bridge_builtin_features",
    ),
    "dialplan": (
        *(
            "pbx_config",
            "app_exec",
            "app_stack",
            "app_userevent",
            "app_verbose",
            "app_playback",
            "app_dial",
            "app_echo",
            "app_playtones",
            "app_queue",
        ),
        *(
            "app_bridgewait",
            "app_read",
            "app_record",
            "app_senddtmf",
            "app_mixmonitor",
            "app_chanspy",
            "app_softhangup",
        ),
        *("func_channel", "func_callerid", "func_logic", "func_strings", "func_global", "func_math"),
        *(
            "func_uri",
            "func_timeout",
            "func_hangupcause",
            "func_cut",
            "func_groupcount",
            "func_periodic_hook",
            "func_pjsip_contact",
            "func_pjsip_aor",
        ),
    ),
    "controller": ("res_speech", "res_agi", "res_audiosocket", "app_audiosocket", "res_manager_devicestate"),
}
OPUS_TRANSCODERS = ("codec_opus", "codec_opus_open_source")
"""Without one of them phones in browsers use A-law: the callers' network speaks nothing else."""
WELCOME: tuple[str, ...] = (*OPUS_TRANSCODERS, "format_g722", "format_ogg_opus")


class ModuleMissing(CentralaError):
    """This Asterisk lacks a module that Centrala cannot do without."""


def modules_for(folder: Path) -> tuple[str, ...]:
    """Return the modules to load from `folder`; raise `ModuleMissing`."""
    there = {file.stem for file in folder.glob("*.so")}
    needed = tuple(module for group in NEEDED.values() for module in group)
    missing = sorted(set(needed) - there)
    if missing:
        raise ModuleMissing(
            f"{folder} lacks {', '.join(missing)}: install the complete asterisk-modules package"
        )
    return (*needed, *(module for module in WELCOME if module in there))
