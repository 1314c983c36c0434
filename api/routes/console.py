"""The console's files, and the reference page of this API."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.identity import PUBLIC
from api.reference_page import page

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])

_MISSING = (
    "The console has not been built, so there is nothing to show here.\n"
    "Run `make console`, then load this page again. The API is at /docs.\n"
    "控制台尚未构建: 请运行 `make console` 后刷新本页。\n"
)
_ONE_YEAR = "public, max-age=31536000, immutable"


@router.get("/docs")
def get_docs(request: Request) -> HTMLResponse:
    """Show the reference page; it needs no script and nothing from elsewhere."""
    content, policy = page(request.app.openapi())
    return HTMLResponse(content, headers={"Content-Security-Policy": policy})


@router.get("/openapi.json")
@router.get("/api/v1/openapi.json")
def get_openapi(request: Request) -> Response:
    """Give the OpenAPI document."""
    return JSONResponse(request.app.openapi())


@router.get("/")
async def get_console(request: Request) -> Response:
    """Give the console's page."""
    try:
        return await _file(request, "index.html", "no-cache")
    except HTTPException:
        return PlainTextResponse(_MISSING, status_code=503)


@router.get("/assets/{path:path}")
async def get_asset(path: str, request: Request) -> Response:
    """Give a file whose name holds its content's hash."""
    return await _file(request, f"assets/{path}", _ONE_YEAR)


@router.get("/{name}")
async def get_root_file(name: str, request: Request) -> Response:
    """Give a file beside the page, such as its icon."""
    return await _file(request, name, "no-cache")


async def _file(request: Request, path: str, caching: str) -> Response:
    if "\x00" in path:
        raise HTTPException(404)
    files: StaticFiles = request.app.state.console
    response = await files.get_response(path, request.scope)
    response.headers["Cache-Control"] = caching
    return response
