"""What comes from outside by mistake or malice: the service goes on."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.e2e.hotline import Hotline
from tests.e2e.sip_phone import ANSWERS
from tests.e2e.wait import until

ROADS = "2"
SCANS = (b"", b"\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"agi_request: x\n" * 500, b"\xff\x00" * 2_000, b"agi_")


def test_port_scan_of_fastagi_disturbs_no_call(hotline: Hotline) -> None:
    desk, phone = hotline.staff("anna", "2001", ANSWERS)
    with hotline.callers("605000001") as talking, ExitStack() as scan:
        talking.legs[0].wait("answered")
        talking.legs[0].press(ROADS)
        leg = hotline.talk(desk, phone)
        with hotline.callers("605000002") as callers:
            callers.legs[0].wait("answered")
            for number in range(120):
                peer = scan.enter_context(socket.create_connection(("127.0.0.1", hotline.agi_port), 5))
                peer.sendall(SCANS[number % len(SCANS)])
                if number % 2:
                    peer.close()
            callers.legs[0].press(ROADS)
            until(lambda: desk.calls("waiting"), within_s=10, what="the caller's key was heard")
            assert hotline.http("/readyz")[0] == 200
            assert talking.legs[0].is_up
            leg.hang_up()
            second = hotline.talk(desk, phone, 2)
            assert second.number == "605000002"
            second.hang_up()


def test_case_posted_twice_with_one_key_is_one_case(hotline: Hotline) -> None:
    desk = hotline.desk("anna")
    topic = desk.get("/catalogue")["topics"][0]["id"]
    body = {"topic": topic, "description": "Filed twice by mistake.", "caller": "+48605000003"}
    with ThreadPoolExecutor(5) as pool:
        filed = list(
            pool.map(lambda _: desk.write("POST", "/cases", body, {"Idempotency-Key": "e2e-twice"}), range(5))
        )
    numbers = {case["number"] for case in filed}
    assert len(numbers) == 1
    assert len(hotline.desk("sylwia").get("/cases?caller=%2B48605000003")) == 1
    number = numbers.pop()
    until(lambda: _delivered(hotline, number), within_s=10, what="the case at the reference CRM")
    assert _delivered(hotline, number) == 1


def _delivered(hotline: Hotline, number: str) -> int:
    return sum(number in str(case) for case in hotline.crm_cases())
