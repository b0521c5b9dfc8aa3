"""One settings file. Everything that differs between machines is read from the environment here, at the top.

`CPPCC_ENV` is `production` unless it says `development` or `test`; production refuses unsafe values at import.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import environ
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
CPPCC_ENV = env.str("CPPCC_ENV", "production")
DEFAULT_SECRET = "development-only-" + "x" * 40
SECRET_KEY = env.str("SECRET_KEY", DEFAULT_SECRET)
FIELD_KEYS = env.list("FIELD_KEYS", default=[SECRET_KEY])  # the first seals personal data, all of them open it
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", CPPCC_ENV == "production")
DATABASE_URL = env.str("DATABASE_URL", "postgres://cppcc@127.0.0.1:5432/cppcc")
REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
MEDIA_ROOT = env.path("MEDIA_ROOT", str(VAR_DIR / "media"))()
STATIC_ROOT = env.path("STATIC_ROOT", str(VAR_DIR / "static"))()
FONT_DIR = Path(env.str("FONT_DIR", str(VAR_DIR / "fonts")))
WORD_FONTS = env.dict("WORD_FONTS", default={})  # role=name,...: what the office's machines call the faces of a .docx
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
SITE_URL = (
    env.str("SITE_URL", "").rstrip("/") or f"{'https' if HTTPS else 'http'}://{(ALLOWED_HOSTS or ['localhost'])[0]}"
)
SITE_URL_GIVEN = bool(env.str("SITE_URL", ""))  # else links that are shown take the host of the request
EMAIL_URL = env.str("EMAIL_URL", "")  # smtp://, smtp+tls:// (STARTTLS), smtp+ssl://; unset: mail waits in the outbox
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "") or "cppcc@localhost"
MAIL_RETRY_SECONDS = env.int("MAIL_RETRY_SECONDS", 60)  # after the first temporary refusal; doubles with each
TICK_SECONDS = env.float("TICK_SECONDS", 30.0)
DRAIN_SECONDS = env.float("DRAIN_SECONDS", 60.0)

if CPPCC_ENV not in {"production", "development", "test"}:
    raise ImproperlyConfigured("CPPCC_ENV must be production, development or test")
if CPPCC_ENV == "production":
    if SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured("production needs a SECRET_KEY of its own, at least 50 characters long")
    if DEBUG:
        raise ImproperlyConfigured("production refuses DEBUG=on")
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("production refuses ALLOWED_HOSTS=*; name the hosts")
    if DEMO:
        raise ImproperlyConfigured("production refuses DEMO=on: demo accounts have public passwords")
    if EMAIL_URL and DEFAULT_FROM_EMAIL == "cppcc@localhost":
        raise ImproperlyConfigured("production needs DEFAULT_FROM_EMAIL beside EMAIL_URL: the sender of all mail")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "guardian",
    "lucide",
    "simple_history",
    "cppcc.office",
    "cppcc.files",
    "cppcc.jobs",
    "cppcc.sheets",
    "cppcc.workflow",
    "cppcc.deadlines",
    "cppcc.documents",
    "cppcc.meetings",
    "members",
    "consultation",
    "cppcc.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cppcc.office.idle.IdleLogoutMiddleware",
    "cppcc.office.resume.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cppcc.office.refusals.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cppcc.urls"
WSGI_APPLICATION = "cppcc.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cppcc.office.shell.shell",
            ],
        },
    },
]
FORM_RENDERER = "cppcc.office.shell.FormRenderer"

DATABASE = env.db_url_config(DATABASE_URL)
DATABASES = {
    "default": {
        **DATABASE,
        "HOST": unquote(DATABASE["HOST"]),  # a socket's folder stands in the address as %2F...
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "office.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "cppcc.office.accounts.AccountBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "cppcc.office.accounts.MixedCharactersValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "login"
IDLE_LOGOUT = timedelta(minutes=env.int("IDLE_MINUTES", 15))
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "cppcc_session"
CSRF_FAILURE_VIEW = "cppcc.office.resume.csrf_failure"
CSRF_COOKIE_NAME = "cppcc_csrf"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody keeps another locked by trying on
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # grants are read set-based in visible_to(), never asked row by row

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a monitor on the machine itself asks in plain http
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # the preview of 5,000 rows may offer as many new units, each with a choice
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir())]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if CPPCC_ENV == "production"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = CPPCC_ENV != "production"

MAIL = env.email_url_config(EMAIL_URL) if EMAIL_URL else {}
SMTP = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", SMTP).replace(SMTP, "cppcc.deadlines.mail.FencedBackend")
EMAIL_HOST = MAIL.get("EMAIL_HOST") or ""
EMAIL_PORT = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_URL.startswith("smtp+tls:")
EMAIL_USE_SSL = EMAIL_URL.startswith(("smtp+ssl:", "smtps:"))
EMAIL_FILE_PATH = MAIL.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 10
SERVER_EMAIL = DEFAULT_FROM_EMAIL

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "cppcc.celery.SteadyScheduler"
# A bell that was not heard in time is of no use: the next one says the same.
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "cppcc.deadlines.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"expires": TICK_SECONDS},
    },
    "drain": {
        "task": "cppcc.deadlines.tasks.drain",
        "schedule": DRAIN_SECONDS,
        "options": {"expires": DRAIN_SECONDS},
    },
    "ring-jobs": {"task": "cppcc.jobs.tasks.work", "schedule": 30.0},
    "morning-sheets": {"task": "cppcc.desk.tasks.morning_sheets", "schedule": timedelta(minutes=10)},
    "remind-meetings": {"task": "cppcc.meetings.tasks.remind_unanswered", "schedule": timedelta(minutes=10)},
    "keep-calendar": {"task": "cppcc.deadlines.tasks.keep_calendar", "schedule": timedelta(hours=12)},
    "sync-groups": {"task": "cppcc.office.tasks.sync_role_groups", "schedule": timedelta(hours=1)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint.progress", "fontTools", "axes", "pikepdf")},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
