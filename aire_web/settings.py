"""Django's settings: everything comes from `aire_web.env`; a missing secret stops the start."""

from __future__ import annotations

import base64
import hashlib
import ssl
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from aire_web import celery_settings
from aire_web.env import environment as env
from aire_web.runtime.home import development_secret, runtime_urls
from aire_web.runtime.urls import database_settings
from core import logs

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
PRODUCTION = env.env == "production"
DEBUG = False
AIRE_HOME = env.home if env.home.is_absolute() else BASE_DIR / env.home

# -- secrets ---------------------------------------------------------------------------------
if env.secret_key:
    SECRET_KEY = env.secret_key
elif PRODUCTION:
    raise ImproperlyConfigured("AIRE_SECRET_KEY is not set. Give at least 50 random characters.")
else:
    SECRET_KEY = development_secret(AIRE_HOME)
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 8 or "change" in SECRET_KEY):
    raise ImproperlyConfigured("AIRE_SECRET_KEY is too short or a sample. Give 50 random ones.")

AIRE_ENCRYPTION_KEYS = [key.strip() for key in env.encryption_keys.split(",") if key.strip()]
if not AIRE_ENCRYPTION_KEYS:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "AIRE_ENCRYPTION_KEYS is not set. Make one: python -c "
            '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        )
    # Only for development: the generated development secret stands in for a key of its own.
    AIRE_ENCRYPTION_KEYS = [
        base64.urlsafe_b64encode(hashlib.sha256(f"at-rest:{SECRET_KEY}".encode()).digest()).decode()
    ]

# -- addresses -------------------------------------------------------------------------------
AIRE_BASE_URL = env.base_url.rstrip("/")
_base = urlsplit(AIRE_BASE_URL)
if PRODUCTION and _base.scheme != "https":
    raise ImproperlyConfigured("AIRE_BASE_URL must start with https:// in production.")
ALLOWED_HOSTS = [_base.hostname or "127.0.0.1", *filter(None, env.allowed_hosts.split(","))]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [AIRE_BASE_URL]
AIRE_ALLOW_PRIVATE_NETWORK = env.allow_private_network
AIRE_CA_FILE = env.ca_file
if AIRE_CA_FILE:
    try:
        ssl.create_default_context(cafile=AIRE_CA_FILE)
    except OSError as error:
        raise ImproperlyConfigured(f"AIRE_CA_FILE has no certificates: {error}") from error
AIRE_STORM_PER_SECOND = env.storm_per_second
AIRE_STORM_GROUPS = env.storm_groups
AIRE_STORM_CALM_SECONDS = env.storm_calm_seconds
AIRE_STORM_PAGES = env.storm_pages
AIRE_RECEIPT_DAYS = env.receipt_days
AIRE_FALLBACK_EMAIL = env.fallback_email
AIRE_DEAD_MANS_URL = env.dead_mans_url

# -- rooms -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "accounts",
    "taxonomy",
    "catalog",
    "notifications",
    "oncall",
    "alerts",
    "slos",
    "incidents",
    "playbooks",
    "postmortems",
    "chatops",
    "reports",
    "integrations",
    "aire_web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "csp",
    "pgtrigger",
]

MIDDLEWARE = [
    "core.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages are opened on a phone at night. It adds random bytes against BREACH, and the tokens
    # of forms are masked anew each time.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "core.middleware.TimezoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.page_errors.PageErrorsMiddleware",
]

ROOT_URLCONF = "aire_web.urls"
ASGI_APPLICATION = "aire_web.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aire_web.context.house",
            ],
            "builtins": ["core.templatetags.aire", "django.templatetags.static"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# -- database and broker ---------------------------------------------------------------------
_private_database, _private_redis = runtime_urls(AIRE_HOME)
DATABASE_URL = env.database_url or _private_database
REDIS_URL = env.redis_url or _private_redis or celery_settings.DEFAULT_BROKER
DATABASES = {
    "default": {
        **database_settings(DATABASE_URL or "postgresql://127.0.0.1:1/aire-is-not-running"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TEST": {"NAME": "test_aire"},
    }
}
_connection_options = (
    "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
)
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)
DATABASES["default"]["OPTIONS"].setdefault("options", _connection_options)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY = {"broker_url": REDIS_URL, **celery_settings.COMMON}

# -- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# E-mail is unique by a constraint on its lower case, which the check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "now"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
# Limits are counted per process when no shared cache is there: they never fail open to nothing.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-aire-session"
    CSRF_COOKIE_NAME = "__Host-aire-csrf"
    SECURE_SSL_REDIRECT = True
    # Senders turn a redirect into an empty GET: operations and ingest answer as they are.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if env.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- API -------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.ApiPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.problems.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.pages.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.problems.exception_handler",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AIRE",
    "DESCRIPTION": "Incident management, on-call, SLOs and postmortems for AI systems.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "CorrectionKindEnum": "slos.models.Correction.Kind",
        "IndicatorKindEnum": "slos.models.Sli.Kind",
        "WindowKindEnum": "slos.models.Slo.WindowKind",
        "BudgetStateEnum": "slos.models.state.State",
        "AlertStatusEnum": "alerts.models.Alert.Status",
        "HeartbeatStateEnum": "alerts.models.Heartbeat.State",
        "IncidentStatusEnum": "incidents.lifecycle.STATUS_CHOICES",
        "PostmortemStatusEnum": "postmortems.lifecycle.STATUS_CHOICES",
        "ActionStatusEnum": "postmortems.actions.lifecycle.STATUS_CHOICES",
        "IncidentRoleEnum": "incidents.models.IncidentRole.Role",
        "UserRoleEnum": "accounts.models.Role",
        "SeverityEnum": "alerts.models.SEVERITIES",
        "DeliveryStateEnum": "notifications.models.Delivery.State",
    },
}

AIRE_EMAIL_URL = env.email_url

# -- mail, Slack -----------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 5
_mail = urlsplit(env.email_url)
_mail_options = {name: values[-1] for name, values in parse_qs(_mail.query).items()}
EMAIL_CONFIGURED = bool(_mail.hostname)
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail_options.get("tls") == "1"
EMAIL_USE_SSL = _mail.scheme == "smtps"
DEFAULT_FROM_EMAIL = _mail_options.get("from", f"AIRE <aire@{_base.hostname or 'localhost'}>")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("AIRE_EMAIL_URL: `from` is not a mail address.")

AIRE_SLACK_BOT_TOKEN = env.slack_bot_token
AIRE_SLACK_SIGNING_SECRET = env.slack_signing_secret
AIRE_SLACK_APP_TOKEN = env.slack_app_token
AIRE_SLACK_API_URL = env.slack_api_url

# -- other channels, the watchdog --------------------------------------------------------------
AIRE_TWILIO_ACCOUNT_SID = env.twilio_account_sid.strip()
AIRE_TWILIO_AUTH_TOKEN = env.twilio_auth_token.strip()
AIRE_TWILIO_FROM = env.twilio_from.strip()
AIRE_TWILIO_API_URL = env.twilio_api_url
AIRE_NTFY_URL = env.ntfy_url.rstrip("/")
AIRE_NTFY_TOKEN = env.ntfy_token
AIRE_TELEGRAM_BOT_TOKEN = env.telegram_bot_token.strip()
AIRE_TELEGRAM_API_URL = env.telegram_api_url
AIRE_WATCHDOG_EMAIL_URL = env.watchdog_email_url
AIRE_WATCHDOG_EMAIL_TO = env.watchdog_email_to
AIRE_WATCHDOG_WEBHOOK_URL = env.watchdog_webhook_url

# -- the rest --------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = AIRE_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
APPEND_SLASH = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
LOGGING_CONFIG = None
logs.configure(json=env.log_format == "json", level=env.log_level)
AIRE_CRASH_AT = env.crash_at
AIRE_HINTS = True
