"""The configuration of a throw-away Asterisk that plays a telephone: a caller's, or a consultant's."""

from dataclasses import dataclass
from pathlib import Path

from contact.errors import CentralaError
from runtime.asterisk import AsteriskInstall
from runtime.config import Settings

SIGN = "centrala-demo"
"""Marks the lines of the telephone's log that tell what happens to it."""
RTP_PORTS = (24_000, 24_998)
"""Apart from the range that the hotline's own Asterisk uses by default; a port in use is skipped."""

_MODULES = (
    *("res_timing_timerfd", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb"),
    *(
        "res_pjproject",
        "res_pjsip",
        "res_pjsip_pubsub",
        "res_pjsip_session",
        "res_pjsip_sdp_rtp",
        "res_pjsip_caller_id",
    ),
    *("res_pjsip_endpoint_identifier_ip", "res_pjsip_outbound_authenticator_digest"),
    *("res_pjsip_outbound_registration", "res_pjsip_rfc3326", "chan_pjsip", "res_rtp_asterisk"),
    *("codec_ulaw", "codec_alaw", "format_wav", "format_pcm", "bridge_simple", "func_channel"),
    *("pbx_config", "app_playback", "app_senddtmf", "app_verbose", "res_clioriginate"),
)


class DemoFailed(CentralaError):
    """The demonstration could not be carried out; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLine:
    """A telephone whose number is `number`; it calls the hotline."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """A consultant's telephone: rings `answer_after_s`, talks `talk_s`, hangs up."""

    extension: str
    password: str
    answer_after_s: float
    talk_s: float


def configuration(
    line: CallerLine | AgentLine,
    *,
    settings: Settings,
    install: AsteriskInstall,
    folder: Path,
    port: int,
    speech: Path,
) -> dict[str, str]:
    """Return file name to content; everything of this Asterisk lies below `folder`, SIP is on `port`.

    `speech` is what the telephone's owner says, a wav file. Raises `DemoFailed` for values that would not
    survive in a configuration file.
    """
    typed = (line.extension, line.password) if isinstance(line, AgentLine) else (line.number,)
    for value in typed:
        if any(sign in value for sign in "\r\n\0"):
            raise DemoFailed("a line break cannot be part of a number or password")
    return {
        "asterisk.conf": _asterisk(install, folder),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load={name}.so\n" for name in _MODULES),
        "logger.conf": "[general]\ndateformat=%s.%3q\n[logfiles]\nevents=>notice\nproblems=>warning,error\n",
        "rtp.conf": f"[general]\nrtpstart={RTP_PORTS[0]}\nrtpend={RTP_PORTS[1]}\n",
        "pjsip.conf": _pjsip(line, settings=settings, port=port),
        "extensions.conf": _dialplan(line, speech=speech.with_suffix("")),
    }


def _asterisk(install: AsteriskInstall, folder: Path) -> str:
    return (
        "[directories]\n"
        f"astetcdir={folder}\n"
        f"astmoddir={install.modules_dir}\n"
        f"astdatadir={install.data_dir}\n"
        f"astvarlibdir={folder}\nastdbdir={folder}\nastkeydir={folder}\nastspooldir={folder}\n"
        f"astrundir={folder}\nastlogdir={folder}\n"
        "[options]\ntransmit_silence=yes\nhideconnect=yes\n"
    )


def _pjsip(line: CallerLine | AgentLine, *, settings: Settings, port: int) -> str:
    address = _reached_at(settings.sip.bind)
    hotline = f"sip:{address}:{settings.sip.port}"
    identity = line.number if isinstance(line, CallerLine) else line.extension
    text = (
        f"[udp]\ntype=transport\nprotocol=udp\nbind={address}:{port}\n"
        f"[hotline]\ntype=aor\ncontact={hotline}\n"
        "[hotline]\ntype=endpoint\naors=hotline\ntransport=udp\ndisallow=all\nallow=alaw,ulaw\n"
        f"dtmf_mode=rfc4733\ndirect_media=no\nsend_pai=no\nfrom_user={identity}\ncontext=incoming\n"
        f"[hotline]\ntype=identify\nendpoint=hotline\nmatch={address}\n"
    )
    if isinstance(line, AgentLine):
        password = line.password.replace(";", "\\;")
        text += (
            "[phone]\ntype=auth\nauth_type=userpass\n"
            f"username={line.extension}\npassword={password}\n"
            f"[phone]\ntype=registration\ntransport=udp\noutbound_auth=phone\nserver_uri={hotline}\n"
            f"client_uri=sip:{line.extension}@{address}:{settings.sip.port}\ncontact_user={line.extension}\n"
            "retry_interval=2\nforbidden_retry_interval=5\nmax_retries=1000\nexpiration=120\n"
        )
    return text


def _dialplan(line: CallerLine | AgentLine, *, speech: Path) -> str:
    ended = f" same => n,Hangup()\nexten => h,1,Log(NOTICE,{SIGN} ended ${{CHANNEL(name)}})\n"
    if isinstance(line, AgentLine):
        return (
            "[incoming]\n"
            f"exten => _[0-9+].,1,Log(NOTICE,{SIGN} ringing ${{CHANNEL(name)}})\n"
            " same => n,Ringing()\n"
            f" same => n,Wait({line.answer_after_s:g})\n"
            " same => n,Answer()\n"
            f" same => n,Log(NOTICE,{SIGN} answered ${{CHANNEL(name)}})\n"
            " same => n,Wait(0.5)\n"
            f" same => n,Playback({speech})\n"
            f" same => n,Wait({line.talk_s:g})\n" + ended
        )
    return (
        "[caller]\n"
        f"exten => s,1,Log(NOTICE,{SIGN} answered ${{CHANNEL(name)}})\n"
        " same => n(idle),Wait(3600)\n" + ended + "[keys]\n"
        "exten => _[0-9*#]!,1,SendDTMF(${EXTEN},250,120)\n"
        f" same => n,Log(NOTICE,{SIGN} pressed ${{CHANNEL(name)}})\n"
        " same => n,Goto(caller,s,idle)\n"
        f"exten => h,1,Log(NOTICE,{SIGN} ended ${{CHANNEL(name)}})\n"
        "[speak]\n"
        f"exten => s,1,Playback({speech})\n"
        f" same => n,Log(NOTICE,{SIGN} spoke ${{CHANNEL(name)}})\n"
        " same => n,Goto(caller,s,idle)\n"
        f"exten => h,1,Log(NOTICE,{SIGN} ended ${{CHANNEL(name)}})\n"
        "[incoming]\nexten => _X.,1,Hangup()\n"
    )


def _reached_at(bind: str) -> str:
    """Return the address at which an Asterisk bound to `bind` is reached from this machine."""
    return "127.0.0.1" if bind in ("", "0.0.0.0") else bind
