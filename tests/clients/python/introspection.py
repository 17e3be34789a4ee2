"""Asks audient about tokens: keeps what may be kept, and fails closed."""

import threading
import time
from collections import OrderedDict
from pathlib import Path

import grpc
from audient.v1 import introspection_pb2 as pb
from audient.v1 import introspection_pb2_grpc as rpc

SERVICE_CONFIG = (Path(__file__).parent.parent / "service_config.json").read_text()


class Introspection:
    """One named audience, asked over one channel that lives as long as the process."""

    def __init__(self, address: str, audience: str, capacity: int = 10_000):
        self._channel = grpc.insecure_channel(address, [("grpc.service_config", SERVICE_CONFIG)])
        self._stub = rpc.IntrospectionServiceStub(self._channel)
        self._audience = audience
        self._capacity = capacity
        self._kept: OrderedDict[tuple, tuple[float, pb.IntrospectResponse]] = OrderedDict()
        self._lock = threading.Lock()
        self.asked = 0

    # [ask]
    def ask(self, token: str, *scopes: str) -> pb.IntrospectResponse:
        """The verdict. Raises grpc.RpcError when there is none."""
        # A str of Python may hold what is no UTF-8; such a token must be refused, not crash us.
        token = token.encode("utf-8", "replace").decode()
        key = (token, scopes)
        sent = time.monotonic()
        with self._lock:
            until, answer = self._kept.get(key, (0.0, None))
        if answer is not None and sent < until:
            return answer
        self.asked += 1
        answer = self._stub.Introspect(
            pb.IntrospectRequest(token=token, audience=self._audience, required_scopes=scopes),
            timeout=1.0,
        )
        # Counted from when the request was sent, on a clock that nobody sets.
        if answer.active and answer.HasField("cacheable_for"):
            self._keep(key, sent + answer.cacheable_for.ToTimedelta().total_seconds(), answer)
        return answer
    # [ask]

    # [allows]
    def allows(self, token: str, *scopes: str) -> bool:
        """Whether to serve the request. Everything that is not a yes is a no."""
        try:
            return self.ask(token, *scopes).active
        except grpc.RpcError:
            return False  # Cannot tell: answer 503, not 401.
    # [allows]

    def _keep(self, key: tuple, until: float, answer: pb.IntrospectResponse) -> None:
        with self._lock:
            self._kept[key] = (until, answer)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def close(self) -> None:
        self._channel.close()
