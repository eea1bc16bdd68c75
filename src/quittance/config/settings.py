"""Django's settings, from the environment; docs/operate/settings.md lists every variable.

`QUITTANCE_HOME`      where the SQLite file, the archive and the outbox live
`DATABASE_URL`        a PostgreSQL or SQLite database elsewhere
`QUITTANCE_SMTP_URL`  the mail server; without it, mails are written to the outbox as .eml files
`QUITTANCE_URL`       the address under which people open the web application
`QUITTANCE_PROXY`     yes: a proxy in front says by X-Forwarded-Proto and X-Forwarded-For who asks, and how
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import platformdirs
from csp.constants import NONE, SELF

if not __debug__:
    raise SystemExit("Quittance vérifie ses propres invariants : ne le lancez pas avec « python -O ».")

HOME = Path(os.environ.get("QUITTANCE_HOME") or platformdirs.user_data_path("quittance")).expanduser()
ARCHIVE_DIR = HOME / "archive"
OUTBOX_DIR = HOME / "outbox"
LETTERS_DIR = HOME / "letters"
UPLOADS_DIR = HOME / "uploads"
SMTP_URL = os.environ.get("QUITTANCE_SMTP_URL", "")
# May companies name mail servers of the local network? Always where the application itself is at home.
LOCAL_MAIL = os.environ.get("QUITTANCE_LOCAL_MAIL", "").lower() in ("1", "yes", "oui", "true")


def _secret_key() -> str:
    """Return the key that signs sessions and seals passwords: made once, kept beside the books."""
    path = HOME / "secret.key"
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    key = secrets.token_urlsafe(48)
    try:
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(key)
    except FileExistsError:
        return path.read_text()
    except OSError:
        pass  # the folder cannot be written: opening the database says so, and names the remedy
    return key


SECRET_KEY = os.environ.get("QUITTANCE_SECRET_KEY") or _secret_key()

INSTALLED_APPS = [
    "quittance.people",
    "quittance.journal",
    "quittance.company",
    "quittance.customers",
    "quittance.sales",
    "quittance.correspondence",
    "quittance.payments",
    "quittance.collection",
    "quittance.interfaces.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its templates of widgets
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

# Every write transaction of SQLite takes its lock at the start: two processes wait for each other instead of
# failing half-way. Readers are never blocked (WAL).
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 60,
    # FULL: what was committed, such as « this mail left », survives a power cut, and no mail is sent again.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
    ),
}


def _database() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'quittance.sqlite3'}"
    database: dict[str, object] = dict(dj_database_url.parse(url))
    database["CONN_MAX_AGE"] = 600  # a connection of SQLite too begins with four pragmas and an empty cache
    if str(database["ENGINE"]).endswith("sqlite3"):
        database["OPTIONS"] = _SQLITE_OPTIONS
    else:
        database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ----------------------------------------------------------------------------------------- words and time
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]

# ----------------------------------------------------------------------------------------- the web application
URL = os.environ.get("QUITTANCE_URL", "http://127.0.0.1:8000").rstrip("/")
_IS_SAFE = URL.startswith("https://")
_HOST = urlsplit(URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = sorted({_HOST, "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [URL]
BEHIND_PROXY = os.environ.get("QUITTANCE_PROXY", "").lower() in ("1", "yes", "oui", "true")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

ROOT_URLCONF = "quittance.config.urls"
WSGI_APPLICATION = "quittance.config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "quittance.interfaces.web.middleware.InTheirLanguage",
    "quittance.interfaces.web.middleware.OnlyWhatCanBeKept",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "quittance.interfaces.web.shell.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "quittance.interfaces.web.templatetags.quittance",
            ],
        },
    }
]
FORM_RENDERER = "quittance.interfaces.web.forms.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# A file is read whole and looked at before anything is kept (interfaces/web/uploads.py has the limits by kind).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a list of a thousand ticked rows
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_HANDLERS = [
    "quittance.interfaces.web.uploads.WithinReason",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600

# ----------------------------------------------------------------------------------------- who comes in
DEMO = (
    os.environ.get("QUITTANCE_DEMO") == "yes"
)  # set by `quittance serve --demo` alone: people come in by their name
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "demo" if DEMO else "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "quittance.interfaces.web.people.signing_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up alone: the first account, then invitations sent by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _IS_SAFE else "http"
# django-axes counts wrong passwords (by address and origin); this counts wrong codes of a second factor (by account).
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key"}
_OUR_FORMS = "quittance.interfaces.web.people.entry_forms"
ACCOUNT_FORMS = {
    "login": f"{_OUR_FORMS}.SignIn",
    "reset_password": f"{_OUR_FORMS}.Forgotten",
    "reset_password_from_key": f"{_OUR_FORMS}.NewPassword",
    "change_password": f"{_OUR_FORMS}.ChangedPassword",
    "set_password": f"{_OUR_FORMS}.FirstPassword",
    "reauthenticate": f"{_OUR_FORMS}.PasswordAgain",
}
MFA_ADAPTER = "quittance.interfaces.web.people.signing_in.SecondFactor"
MFA_FORMS = {
    "authenticate": f"{_OUR_FORMS}.Code",
    "reauthenticate": f"{_OUR_FORMS}.CodeAgain",
    "activate_totp": f"{_OUR_FORMS}.FirstCode",
    "add_webauthn": f"{_OUR_FORMS}.NewKey",
    "edit_webauthn": f"{_OUR_FORMS}.KeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Quittance"
MFA_TOTP_TOLERANCE = 1  # a telephone whose clock is half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _IS_SAFE

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a quarter of an hour, as the page says
AXES_SENSITIVE_PARAMETERS = [
    "password",
    "login",
]  # what was typed is not kept; a password may be in the wrong field
AXES_LOCKOUT_CALLABLE = "quittance.interfaces.web.people.signing_in.locked_out"
AXES_USERNAME_CALLABLE = "quittance.interfaces.web.people.signing_in.name_tried"
AXES_CLIENT_IP_CALLABLE = "quittance.interfaces.web.people.signing_in.address_of"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

PASSWORD_RESET_TIMEOUT = 24 * 3600
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_SAFE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "quittance.interfaces.web.errors.forgery"
SECURE_SSL_REDIRECT = _IS_SAFE and BEHIND_PROXY
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _IS_SAFE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # a page shows its own PDF
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
    }
}

# Mails of the installation itself (a forgotten password, an invitation); reminders go their own way.
DEFAULT_FROM_EMAIL = os.environ.get("QUITTANCE_MAIL_FROM", f"quittance@{_HOST}")
EMAIL_BACKEND = "quittance.gateways.system_mail.Backend"

# What goes wrong is told on the server's error output, whole; nothing of what people type is.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
