"""Run by `audient dev -- python3 main.py`, with generated code on PYTHONPATH."""

import json
import os
import sys
import urllib.request

import grpc
from audient.v1 import introspection_pb2 as pb
from audient.v1 import rejection_pb2 as reasons
from google.rpc import error_details_pb2 as details
from google.rpc import status_pb2

from introspection import Introspection

ORDERS = "https://api.example.com/orders"
failed = 0


def check(title: str, holds: bool, seen: object = "") -> None:
    global failed
    failed += not holds
    print(f"ok       {title}" if holds else f"FAILED   {title}: {seen}")


def mint(**wanted) -> str:
    request = urllib.request.Request(
        os.environ["AUDIENT_ISSUER"] + "/mint",
        json.dumps(wanted).encode(),
        {"content-type": "application/json"},
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return direct.open(request, timeout=5).read().decode()


def refused(title: str, token: str, reason: int, status: int, *scopes: str) -> reasons.Rejection:
    answer = orders.ask(token, *scopes)
    leading = answer.rejections[0] if answer.rejections else reasons.Rejection()
    good = not answer.active and leading.reason == reason
    check(title, good and answer.bearer_challenge.http_status == status, answer)
    check(f"{title}: nothing to keep", not answer.HasField("cacheable_for"), answer)
    return leading


# [error_info]
def error_info(error: grpc.RpcError) -> tuple[details.ErrorInfo, details.RetryInfo]:
    """What the service says about the error, beside its status."""
    info, retry = details.ErrorInfo(), details.RetryInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                detail.Unpack(info)
                detail.Unpack(retry)
    return info, retry
# [error_info]


def failing(call) -> grpc.RpcError:
    try:
        raise AssertionError(f"no error: {call()}")
    except grpc.RpcError as error:
        return error


orders = Introspection(os.environ["AUDIENT_ADDR"], "orders")

good = os.environ["AUDIENT_TOKEN"]
answer = orders.ask(good)
check("good", answer.active and answer.matched_audience == ORDERS, answer)
check("good: signature verified", answer.signature == pb.SIGNATURE_STATUS_VERIFIED, answer)
check("good: cacheable for 1 to 60 s", 1 <= answer.cacheable_for.seconds <= 60, answer)
check("good: the second time from the cache", orders.ask(good).active and orders.asked == 1, orders.asked)
check("good: other scopes are another question", orders.ask(good, "orders:read").active and orders.asked == 2)

soon = orders.ask(mint(expires_in=5))
check("expires soon: not kept beyond exp", soon.active and soon.cacheable_for.seconds <= 5, soon)

leading = refused("near miss", mint(aud=[ORDERS + "/"]), reasons.REJECTION_REASON_AUDIENCE_MISMATCH, 401)
kinds = [list(one.differences) for one in leading.audience.near_misses]
check("near miss: says what differs", kinds == [[reasons.NearMiss.DIFFERENCE_TRAILING_SLASH]], leading)
leading = refused("another service's", mint(aud=["https://api.example.com/payments"]), reasons.REJECTION_REASON_AUDIENCE_MISMATCH, 401)
check("another service's: says whose", list(leading.audience.intended_for) == ["payments"], leading)
refused("expired", mint(expires_in=-60), reasons.REJECTION_REASON_EXPIRED, 401)
leading = refused("missing scope", good, reasons.REJECTION_REASON_SCOPE_INSUFFICIENT, 403, "orders:write")
check("missing scope: says which", list(leading.scope.missing) == ["orders:write"], leading)
refused("no token", "", reasons.REJECTION_REASON_TOKEN_MISSING, 401)
refused("no UTF-8", "a.b.\udcff", reasons.REJECTION_REASON_TOKEN_MALFORMED, 401)

error = failing(lambda: Introspection(os.environ["AUDIENT_ADDR"], "order").ask(good))
info, _ = error_info(error)
check("unknown audience", error.code() == grpc.StatusCode.NOT_FOUND and info.reason == "AUDIENCE_NOT_CONFIGURED", error)

outage = Introspection(os.environ["OUTAGE_ADDR"], "orders")
undecidable = mint(iss=os.environ["OUTAGE_ISSUER"])
error = failing(lambda: outage.ask(undecidable))
info, retry = error_info(error)
check("outage", error.code() == grpc.StatusCode.UNAVAILABLE and info.reason == "KEYS_UNAVAILABLE", error)
check("outage: says when to ask again", 1 <= retry.retry_delay.seconds <= 60, retry)
check("outage: fails closed", not outage.allows(undecidable))
nobody = Introspection(os.environ["NOBODY_ADDR"], "orders")
check("nobody there: fails closed", not nobody.allows(good))
check("nobody there: what is kept still serves elsewhere", orders.allows(good))

for one in (orders, outage, nobody):
    one.close()
sys.exit(failed > 0)
