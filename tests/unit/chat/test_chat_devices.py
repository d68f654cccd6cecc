from uuid import UUID

from app.chat import id_in_room, new_device, new_id

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def test_a_device_is_the_same_in_a_room_whenever_it_comes():
    device, room = new_device(), new_id()
    assert id_in_room(device, room, KEY) == id_in_room(device, room, KEY)


def test_no_two_devices_are_one_and_no_device_is_one_in_two_rooms():
    rooms, devices = [new_id() for _ in range(20)], [new_device() for _ in range(20)]
    ids = {id_in_room(device, room, KEY) for device in devices for room in rooms}
    assert len(ids) == 400


def test_nobody_who_does_not_know_the_houses_key_can_tell_who_a_device_is():
    device, room = new_device(), new_id()
    assert id_in_room(device, room, KEY) != id_in_room(device, room, OTHER_KEY)


def test_an_id_is_a_uuid_of_version_7_that_tells_the_rooms_time_and_no_other():
    room = new_id()
    for found in (UUID(id_in_room(new_device(), room, KEY)) for _ in range(50)):
        assert (found.version, found.variant) == (7, UUID(room).variant)
        assert found.int >> 80 == UUID(room).int >> 80
