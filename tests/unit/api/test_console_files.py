import pytest

from tests.api_world import World


@pytest.fixture
def built(world: World) -> World:
    (world.static / "assets").mkdir(parents=True)
    (world.static / "index.html").write_text("<title>Firstout</title>")
    (world.static / "assets" / "app-1a2b.js").write_text("export {}")
    (world.static / "icon.svg").write_text("<svg/>")
    (world.static.parent / "secret.txt").write_text("secret")
    return world


async def test_console_is_served(built: World) -> None:
    async with built.client(None) as client:
        page = await client.get("/")
        script = await client.get("/assets/app-1a2b.js")
        icon = await client.get("/icon.svg")

    assert page.text == "<title>Firstout</title>"
    assert page.headers["cache-control"] == "no-cache"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert icon.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets//etc/passwd",
        "/assets/%00",
        "/%00",
        "/assets",
        "/assets/",
        "/assets/" + "x" * 300,
    ],
)
async def test_nothing_else_is(built: World, path: str) -> None:
    async with built.client(None) as client:
        answer = await client.get(path)

    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_without_a_build_it_says_what_to_run(world: World) -> None:
    async with world.client(None) as client:
        answer = await client.get("/")

    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/plain")
    assert "make console" in answer.text


async def test_reference_page_needs_no_script(world: World) -> None:
    async with world.client(None) as client:
        page = await client.get("/docs")

    assert page.status_code == 200
    assert "/api/v1/alarms/{alarm}/acknowledge" in page.text
    assert "operator, plant_manager, safety_engineer" in page.text
    assert "<script" not in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
