"""Where `firstout run` serves what it simulates."""

from firstout.run import simulated_endpoints
from tests.plant_files import caster_files, checked


def test_devices_with_one_port_on_several_hosts_each_get_a_port_of_their_own() -> None:
    files = dict(caster_files())
    files["plant.toml"] += (
        '\n[[device]]\nid = "second"\nprotocol = "modbus-tcp"\nhost = "192.0.2.2"\nport = 5020\n'
    )

    places = simulated_endpoints(checked(files))

    assert {host for host, _ in places.values()} == {"127.0.0.1"}
    assert len(set(places.values())) == 2
