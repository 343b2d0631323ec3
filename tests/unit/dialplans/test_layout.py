from pathlib import Path

from dialplans.layout import SOCKET_PATH_MAX, Layout


def test_control_socket_lies_beside_the_configuration() -> None:
    layout = Layout(folder=Path("/srv/centrala/asterisk"))
    assert layout.control_socket == Path("/srv/centrala/asterisk/run/asterisk.ctl")


def test_control_socket_of_a_deep_folder_is_short_and_its_own() -> None:
    deep = [Layout(folder=Path("/srv") / ("x" * 120) / name / "asterisk") for name in "ab"]
    assert all(len(str(layout.control_socket)) <= SOCKET_PATH_MAX for layout in deep)
    assert deep[0].control_socket != deep[1].control_socket
    assert deep[0].control_socket == Layout(folder=deep[0].folder).control_socket
