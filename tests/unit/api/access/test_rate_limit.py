"""Rate limits: who shares one, and how long a caller waits."""

from hypothesis import given
from hypothesis import strategies as st

from formcheck_api.access.rate_limit import RateLimiter, counted_address


def test_addresses_of_one_ipv6_network_share_a_limit_and_no_two_ipv4_addresses_do() -> None:
    same = {"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::9%eth0"}
    assert {counted_address(host) for host in same} == {"2001:db8:1:2::/64"}
    others = {"2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "a proxy's word", ""}
    assert len({counted_address(host) for host in others}) == len(others)
    assert counted_address("::ffff:192.0.2.1") == "192.0.2.1"


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from("ab")), max_size=60), st.integers(1, 20))
def test_no_client_gets_more_than_the_limit_or_waits_longer_than_announced(
    asked: list[tuple[float, str]], per_minute: int
) -> None:
    clock = [0.0]
    limiter = RateLimiter(per_minute, clock=lambda: clock[0])
    passed: dict[str, int] = {"a": 0, "b": 0}
    for pause_s, caller in asked:
        clock[0] += pause_s
        wait_s = limiter.take(caller)
        if wait_s > 0:
            clock[0] += wait_s + 1e-6
            assert limiter.take(caller) == 0
        passed[caller] += 1
        assert passed[caller] <= per_minute * (1 + clock[0] / 60) + 1e-6
