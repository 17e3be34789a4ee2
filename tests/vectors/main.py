"""Vectors of whole tokens through a running service whose clock stands still at the
time that each vector names: `main.py VECTORS PROGRAM LIBFAKETIME FOLDER`."""

import os
import re
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import grpc
from audient.v1 import introspection_pb2 as pb
from audient.v1 import introspection_pb2_grpc as rpc
from audient.v1 import rejection_pb2
from cases import Case, departures, read

vectors, program, faketime, folder = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
SERVER = """
[server]
listen = "127.0.0.1:{}"
admin_listen = "127.0.0.1:{}"
max_token_bytes = 1048576
drain = "0s"
"""


def port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fault(case: Case) -> str | None:
    """Why no configuration can express it; `None`: one does."""
    (folder / f"{case.number}.json").write_text(case.document(), encoding="utf-8", errors="surrogatepass")
    file = folder / f"{case.number}.toml"
    try:
        file.write_text(case.configuration(), encoding="utf-8")
    except UnicodeEncodeError:
        return "a name that is no Unicode text"
    checked = subprocess.run([program, "check-config", file], capture_output=True, text=True, check=False)
    if checked.returncode == 0:
        return None
    lines = (checked.stdout + checked.stderr).replace(str(folder), "").splitlines()
    # Without the parts that differ from case to case.
    told = re.sub(r"^audient: /\d+\.toml: |\[\d+\]| \"\d+\.json\"", "", lines[0])
    return re.sub(r"\b(byte|has|needs) \d+|\bHS\d+", lambda one: one[1] + " N" if one[1] else "HS", told)[:200]


def code(rejection) -> str:
    name = rejection_pb2.RejectionReason.Name(rejection.reason)
    return name.removeprefix("REJECTION_REASON_").lower().replace("_", "-")


def judge(stub, case: Case) -> tuple[str, bool]:
    """`accepted` or `refused: …`, and whether something that the source did not ask was set aside."""
    token = case.token.encode("utf-8", "replace").decode()
    answer = stub.Introspect(pb.IntrospectRequest(token=token, audience=case.audience), timeout=20, wait_for_ready=True)
    if answer.active:
        return "accepted", False
    reasons = [code(one) for one in answer.rejections]
    left = [reason for reason in reasons if reason not in case.unasked()]
    if not left and answer.signature == pb.SIGNATURE_STATUS_VERIFIED:
        return "accepted", True
    return f"refused: {', '.join(left or reasons)}", bool(left) and left != reasons


def at(now: int, cases: list[Case], check) -> None:
    """Starts a service at that time and asks about every case."""
    listen = port()
    config = SERVER.format(listen, port()) + "".join(case.configuration() for case in cases)
    file = folder / f"at-{now}.toml"
    file.write_text(config, encoding="utf-8")
    environment = os.environ | {
        "LD_PRELOAD": faketime,
        # A time without `@` stands still.
        "FAKETIME": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "TZ": "UTC",
    }
    with (folder / "serve.log").open("ab") as log:
        service = subprocess.Popen([program, "serve", "--config", file], env=environment, stdout=log, stderr=log)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{listen}", [("grpc.enable_http_proxy", 0)]) as channel:
            stub = rpc.IntrospectionServiceStub(channel)
            for case in cases:
                check(case, *judge(stub, case))
    finally:
        service.terminate()
        service.wait()


def main() -> None:
    known = departures(Path("tests/conformance/exceptions.toml"))
    cases = read(vectors)
    left_out = Counter()
    by_time = defaultdict(list)
    for case in cases:
        why = fault(case)
        if why is None:
            by_time[case.now].append(case)
        else:
            left_out[why] += 1
    seen = Counter()

    def check(case: Case, came: str, aside: bool) -> None:
        verdict = came.split(":")[0]
        wanted = known.get(case.id) or {"valid": "accepted", "invalid": "refused"}.get(case.expected(), verdict)
        seen[verdict] += 1
        seen["aside"] += aside
        seen["departed"] += case.id in known
        print(f"ok       {case.id}" if verdict == wanted else f"FAILED   {case.id}: {wanted} was expected, {came}")

    for now, group in sorted(by_time.items()):
        at(now, group, check)
    run = seen["accepted"] + seen["refused"]
    for why, count in left_out.most_common():
        print(f"not run: {count}: {why}")
    print(
        f"{run} of {len(cases)} run at {len(by_time)} times: {seen['accepted']} accepted, {seen['refused']} refused; "
        f"{seen['departed']} known departures; {seen['aside']} with a reason set aside that the source did not ask about"
    )


main()
