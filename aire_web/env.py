"""The environment, read once through one typed reader. Every field is a line of `.env.example`."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Each field's description is the line that `.env.example` and the reference page print."""

    model_config = SettingsConfigDict(env_prefix="AIRE_", env_file=None, extra="ignore")

    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15 or later; without it `manage.py up` runs a private server",
    )
    redis_url: str | None = Field(
        None,
        validation_alias="REDIS_URL",
        description="Redis 6 or later or Valkey; without it `manage.py up` runs a private server",
    )
    secret_key: str | None = Field(
        None, description="Signs sessions; at least 50 random characters; required in production"
    )
    encryption_keys: str = Field(
        "", description="Comma-separated Fernet keys for secrets at rest, newest first"
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", description="The address people open AIRE at, used in every link"
    )
    home: Path = Field(Path(".aire"), description="Folder of the private servers' data")
    port: int = Field(8000, description="Port that `manage.py up` serves on")
    env: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start on defaults"
    )
    admin_email: str | None = Field(None, description="An admin made at first start")
    admin_password: str | None = Field(None, description="That admin's password")
    slack_bot_token: str = Field("", description="Bot token of the Slack app (xoxb-…)")
    slack_signing_secret: str = Field("", description="Signing secret of the Slack app")
    slack_app_token: str = Field("", description="App-level token, only for Socket Mode (xapp-…)")
    slack_api_url: str = Field(
        "https://slack.com/api/", description="Another Slack Web API address, for tests and proxies"
    )
    email_url: str = Field(
        "", description="Mail server: smtp://user:password@host:587?tls=1&from=aire@example.org"
    )
    allow_private_network: str = Field(
        "", description="Hosts or networks that outbound calls may reach although private"
    )
    ca_file: str = Field(
        "", description="PEM file of further certificate authorities that outbound calls trust"
    )
    allowed_hosts: str = Field("", description="Further host names served, comma-separated")
    trust_proxy: bool = Field(
        False,
        description="Believe X-Forwarded-Proto and -For; only behind a proxy that sets them itself",
    )
    proxy_addresses: str = Field(
        "127.0.0.1,::1",
        description="Addresses or networks of those proxies, comma-separated, such as 10.0.0.0/8",
    )
    storm_per_second: int = Field(
        50, ge=1, description="New alerts a second of one source, over 10 s, that are a storm"
    )
    storm_groups: int = Field(
        50, ge=1, description="New problems of one source read at once that are a storm"
    )
    storm_calm_seconds: int = Field(
        60, ge=10, description="Seconds at less than half of that after which a storm is over"
    )
    storm_pages: int = Field(
        3, ge=1, description="Pages below SEV1 that one person gets in 15 minutes of a storm"
    )
    receipt_days: int = Field(
        30, ge=1, le=3650, description="Days that deliveries are kept as they came"
    )
    fallback_email: str = Field(
        "", description="Mail address told when nobody else can be paged; without it, every admin"
    )
    twilio_account_sid: str = Field(
        "", description="Text messages and calls: account of Twilio (AC…)"
    )
    twilio_auth_token: str = Field("", description="Its token; also checks what Twilio sends back")
    twilio_from: str = Field("", description="Number that texts and calls come from (+49…)")
    twilio_api_url: str = Field(
        "https://api.twilio.com", description="Another server that speaks Twilio's API"
    )
    ntfy_url: str = Field("", description="Push by ntfy: https://ntfy.sh or a server of your own")
    ntfy_token: str = Field("", description="Access token of that server, where it needs one")
    telegram_bot_token: str = Field("", description="Messages by a Telegram bot: its token")
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Another Telegram API server"
    )
    dead_mans_url: str = Field(
        "", description="Pinged by the watchdog once a minute, only while all is well"
    )
    watchdog_email_url: str = Field(
        "", description="The watchdog's own mail server, in the form of AIRE_EMAIL_URL"
    )
    watchdog_email_to: str = Field(
        "", description="Whom it tells that AIRE is late or away, comma-separated"
    )
    watchdog_webhook_url: str = Field(
        "", description="Where it posts the same as JSON (Slack, Teams and Mattermost show it)"
    )
    log_format: Literal["console", "json"] = Field("console", description="Log lines' form")
    log_level: str = Field("INFO", description="Least severe level that is logged")
    crash_at: str = Field("", description="Tests only: labelled point at which a process dies")

    @field_validator("proxy_addresses")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        """A proxy that nobody can be would have everybody take any address they like."""
        found = [one.strip() for one in value.split(",") if one.strip()]
        for one in found:
            try:
                network = ip_network(one)
            except ValueError:
                raise ValueError(f"“{one}” is no address and no network") from None
            if network.prefixlen == 0:
                raise ValueError(f"“{one}” is everybody")
        return ",".join(found)


environment = Environment()
