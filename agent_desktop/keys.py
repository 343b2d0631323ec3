"""Where the application's parts are found from a request."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from aiohttp import web

from agent_desktop.access import Access
from agent_desktop.audit import Audit
from agent_desktop.city import Desk
from agent_desktop.favourites import Favourites
from agent_desktop.feed import Feed
from agent_desktop.line_keeper import LineKeeper
from agent_desktop.own_day import OwnDays
from agent_desktop.page import Pages
from agent_desktop.phone_line import PhoneLines
from agent_desktop.photo_door import PhotoDoor
from agent_desktop.pop import Pops
from agent_desktop.quality.desk import QualityDesk
from agent_desktop.recordings import Recordings
from agent_desktop.roster import Roster
from agent_desktop.sessions import Sessions
from agent_desktop.signing import SignIn
from agent_desktop.sockets import Hub
from agent_desktop.tv import TvBoards
from agent_desktop.users import Users
from runtime.bus import Bus
from runtime.clock import Clock

ACCESS = web.AppKey("access", Access)
AUDIT = web.AppKey("audit", Audit)
BUS = web.AppKey[Bus]("bus")
CLOCK = web.AppKey[Clock]("clock")
DESK = web.AppKey("desk", Desk)
FAVOURITES = web.AppKey("favourites", Favourites)
FEED = web.AppKey("feed", Feed)
HEALTH = web.AppKey[Callable[[], dict[str, str]]]("health")
HUB = web.AppKey("hub", Hub)
LINE = web.AppKey("line", LineKeeper)
METRICS = web.AppKey[Callable[[], bytes]]("metrics")
OWN_DAYS = web.AppKey("own_days", OwnDays)
PAGES = web.AppKey("pages", Pages)
PHONE_LINES = web.AppKey("phone_lines", PhoneLines)
PHOTO_DOOR = web.AppKey("photo_door", PhotoDoor)
POPS = web.AppKey("pops", Pops)
PROMPTS = web.AppKey[Sequence[str]]("prompts")
QUALITY = web.AppKey("quality", QualityDesk)
RECORDINGS = web.AppKey("recordings", Recordings)
ROSTER = web.AppKey("roster", Roster)
SESSIONS = web.AppKey("sessions", Sessions)
SIGN_IN = web.AppKey("sign_in", SignIn)
TV_BOARDS = web.AppKey("tv_boards", TvBoards)
USERS = web.AppKey("users", Users)
ZONE = web.AppKey("zone", ZoneInfo)
OPENAPI = web.AppKey("openapi", str)
