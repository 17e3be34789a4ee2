"""The tests of a team's orders service, as its CI runs them: `audient dev -- python3 -m unittest`."""

import json
import os
import unittest
import urllib.request

from audient.v1 import rejection_pb2 as reasons

from introspection import Introspection

ORDERS = "https://api.example.com/orders"


# [mint]
def mint(**wanted) -> str:
    """A token of the issuer of `dev`: good, but for what is wanted otherwise."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(
        os.environ["AUDIENT_ISSUER"] + "/mint",
        json.dumps(wanted).encode(),
        {"content-type": "application/json"},
    )
    with direct.open(request, timeout=5) as answer:
        return answer.read().decode()
# [mint]


class OrdersService:
    """What is under test: a service that serves orders to whoever may read them."""

    def __init__(self):
        # The audience a service is comes from its own configuration.
        audience = os.environ.get("ORDERS_AUDIENCE", "orders")
        self.introspection = Introspection(os.environ["AUDIENT_ADDR"], audience)

    def get(self, authorization: str = "", *scopes: str) -> tuple[int, dict[str, str]]:
        """Status and headers of an answer to `GET /orders`."""
        token = authorization.removeprefix("Bearer ")
        answer = self.introspection.ask(token, *scopes)
        if answer.active:
            return 200, {}
        challenge = answer.bearer_challenge
        error = f', error="{challenge.error}"' if challenge.error else ""
        return challenge.http_status, {"www-authenticate": f'Bearer realm="orders"{error}'}


class OrdersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = OrdersService()
        cls.addClassCleanup(cls.service.introspection.close)

    def rejections(self, token: str, *scopes: str) -> list[reasons.Rejection]:
        answer = self.service.introspection.ask(token, *scopes)
        self.assertFalse(answer.active)
        return list(answer.rejections)

    # [tests]
    def test_a_good_token_is_served(self):
        self.assertEqual(self.service.get("Bearer " + os.environ["AUDIENT_TOKEN"]), (200, {}))

    def test_a_slash_too_much_is_refused_and_named(self):
        token = mint(aud=[ORDERS + "/"])
        self.assertEqual(self.service.get("Bearer " + token)[0], 401)
        [rejection] = self.rejections(token)
        self.assertEqual(rejection.reason, reasons.REJECTION_REASON_AUDIENCE_MISMATCH)
        [near] = rejection.audience.near_misses
        self.assertEqual(near.differences, [reasons.NearMiss.DIFFERENCE_TRAILING_SLASH])
    # [tests]

    def test_nobody_learns_why(self):
        told = {
            self.service.get("Bearer " + mint(**wanted))[1]["www-authenticate"]
            for wanted in (
                {"aud": ["https://api.example.com/payments"]},
                {"expires_in": -3600},
                {"alg": "none"},
            )
        }
        self.assertEqual(told, {'Bearer realm="orders", error="invalid_token"'})

    def test_every_reason_is_there(self):
        found = [one.reason for one in self.rejections(mint(aud=["x"], expires_in=-3600))]
        self.assertEqual(
            found,
            [reasons.REJECTION_REASON_AUDIENCE_NOT_ALLOWED, reasons.REJECTION_REASON_EXPIRED],
        )

    def test_a_token_of_another_service_says_whose(self):
        [rejection] = self.rejections(mint(aud=["https://api.example.com/payments"]))
        self.assertEqual(rejection.audience.intended_for, ["payments"])

    def test_an_unknown_key_and_an_unsigned_token(self):
        for wanted, reason in (
            ({"kid": "rotated-away"}, reasons.REJECTION_REASON_KEY_NOT_FOUND),
            ({"alg": "none"}, reasons.REJECTION_REASON_ALGORITHM_NONE),
        ):
            with self.subTest(wanted):
                self.assertEqual([one.reason for one in self.rejections(mint(**wanted))], [reason])

    def test_without_the_scope_it_is_403(self):
        status, headers = self.service.get("Bearer " + mint(scope="orders:read"), "orders:write")
        self.assertEqual(status, 403)
        self.assertIn('error="insufficient_scope"', headers["www-authenticate"])

    def test_without_a_token_it_is_401_and_no_error(self):
        self.assertEqual(self.service.get(), (401, {"www-authenticate": 'Bearer realm="orders"'}))


if __name__ == "__main__":
    unittest.main()
