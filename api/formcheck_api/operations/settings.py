"""Every setting of the service: the only reader of the environment (``FORMCHECK_`` + the field's name in capitals)."""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from formcheck.clip.limits import LIMITS, ReadingLimits
from formcheck.words.catalogue import ENGLISH
from formcheck_api.records.sharing import Quota, Sharing

MEGABYTE = 1_000_000
STORAGES = ("s3://", "file:///", "memory://")


class Settings(BaseSettings):
    """The service's settings, from the environment; what is not set has a default that is right on one machine."""

    model_config = SettingsConfigDict(env_prefix="FORMCHECK_", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("formcheck"),
        description="Folder for the database, clips and reports; the user's data folder unless set",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address such as postgresql+psycopg://...; SQLite in the data folder unless set"
    )
    blobs_url: str | None = Field(
        None, description="Where clips and reports go: s3://bucket/prefix; the data folder unless set"
    )
    blobs_links: bool = Field(
        True,
        description="Have browsers read pictures and video from S3 by signed links; False where they can't reach it",
    )

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    auth: Literal["auto", "on", "off"] = Field(
        "auto", description="Whether API keys are required; auto: unless listening on loopback only"
    )
    page: Literal["auto", "on", "off"] = Field(
        "auto", description="Whether the page at / accepts clips without a key; auto: where no keys are required"
    )
    page_clips_waiting: int = Field(3, ge=1, description="Clips that a browser without a key may have waiting")
    page_clips_per_hour: int = Field(30, ge=1, description="Clips that an address may upload per hour without a key")
    page_mb_per_hour: int = Field(2000, ge=1, description="MB that an address may upload per hour without a key")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Web origins that may call the API from a browser, separated by commas"
    )
    rate_limit_per_min: int = Field(600, ge=1, description="Requests per minute and key")
    max_upload_mb: int = Field(500, ge=1, description="Largest clip accepted, in MB (a minute of 4K is 400)")
    upload_idle_s: float = Field(30, gt=0, description="An upload that is silent for this long is aborted")
    upload_min_bytes_s: float = Field(
        1000,
        gt=0,
        description="A slower upload is aborted, in bytes per second; slow mobile networks reach about 3000",
    )
    request_head_s: float = Field(
        20, gt=0, description="A connection without a complete request head after this time is closed"
    )
    answer_idle_s: float = Field(
        120,
        gt=0,
        description="A client that reads less than 100 bytes per second of a response over this time is "
        "disconnected; a phone may be in a tunnel",
    )
    max_connections: int = Field(
        1000, ge=10, description="Connections at a time; fewer where the process may not open two files for each"
    )
    max_connections_per_address: int = Field(
        250,
        ge=6,  # what a browser opens to one host
        description="Connections of one address (IPv6: one /64) at a time; 127.0.0.1 and ::1, where a proxy stands, "
        "have no limit of their own; raise it where a proxy on another machine connects for all clients",
    )
    max_wait_s: float = Field(60, ge=0, description="Longest ?wait= allowed")
    link_secret: SecretStr | None = Field(
        None, description="Signs links to pictures; a random one kept in the data folder unless set"
    )
    link_ttl_s: int = Field(900, ge=1, description="How long a signed link works")
    idempotency_h: float = Field(24, gt=0, description="How long an Idempotency-Key is remembered")

    role: Literal["all", "web"] = Field(
        "all", description="web: answer requests and leave analyses to `formcheck work`, which needs PostgreSQL"
    )
    webhooks_private: bool = Field(
        False,
        description="Let webhooks go to loopback and private networks, http included; always where no keys are needed",
    )

    workers: int = Field(1, ge=1, description="Analyses at a time; each keeps about two cores busy")
    spare_worker: bool = Field(
        True,
        description="Keep a loaded process ready while nothing is analysed: the next clip starts 2 s earlier, for "
        "210 MB of memory",
    )
    time_limit_s: float = Field(900, gt=0, description="An analysis that takes longer fails")
    memory_limit_mb: int = Field(3000, ge=300, description="An analysis that needs more memory fails")
    output_limit_mb: int = Field(2000, ge=1, description="Largest file an analysis may write")
    max_pixels: int = Field(
        LIMITS.max_pixels, ge=1920 * 1080, description="Largest picture of a clip, in pixels (8K has 33 million)"
    )
    max_duration_s: float = Field(
        LIMITS.max_duration_s, ge=30, allow_inf_nan=False, description="Longest clip, in seconds"
    )
    max_streams: int = Field(LIMITS.max_streams, ge=8, description="Most tracks in a clip; an iPhone writes seven")
    max_fps: float = Field(
        LIMITS.max_fps,
        ge=240,
        allow_inf_nan=False,
        description="Highest frame rate of a clip, in fps; phones reach 960",
    )
    retry_wait_s: float = Field(
        2, gt=0, description="Wait before an interrupted analysis is retried, doubled each time up to 5 minutes"
    )
    disk_reserve_mb: int = Field(
        200,
        ge=1,
        description="Disk space kept free, in MB; below it no clip is accepted or analysed, and /readyz returns 503",
    )
    heartbeat_s: float = Field(
        10,
        ge=2,
        description="Time between a worker's signs of life on PostgreSQL; what a dead one had is taken over within two",
    )
    owner_running: int | None = Field(
        None, ge=1, description="Analyses of one key that run at a time, if it is to have fewer than there are workers"
    )
    quota_clips_per_day: int | None = Field(
        None, ge=1, description="Clips that a key may upload per day (UTC); no limit unless set"
    )
    quota_minutes_per_day: float | None = Field(
        None, gt=0, description="Minutes of analysis that a key may use per day (UTC); no limit unless set"
    )
    quota_storage_mb: int | None = Field(
        None, ge=1, description="MB of clips that a key may have stored; no limit unless set"
    )
    long_clip_mb: int = Field(
        100, ge=1, description="Larger clips wait in the queue `long`, as do those for the model `heavy`"
    )
    stop_grace_s: float = Field(10, ge=0, description="Time that running analyses have to finish at a stop")

    clip_days: float = Field(7, gt=0, description="Clips are deleted this many days after their upload")
    report_days: float = Field(30, gt=0, description="Analyses are deleted with their reports after this many days")
    clock_leap_days: float = Field(
        10,
        gt=0,
        description="Days the clock may be ahead at a start; a larger jump stops deletion until you confirm it",
    )
    sweep_every_s: float = Field(3600, gt=0, description="Time between sweeps that delete what has expired")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Log level")

    @field_validator("blobs_url")
    @classmethod
    def _is_storage(cls, value: str | None) -> str | None:
        """An address of a storage that is known."""
        if value is not None and not value.startswith(STORAGES):
            raise ValueError(ENGLISH.say("error.service.blobs"))
        return value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A list between commas, as people write it in an environment."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def sharing(self) -> Sharing:
        """How owners share the workers."""
        return Sharing(self.owner_running, self.long_clip_mb * MEGABYTE)

    @property
    def quota(self) -> Quota:
        """What one key may use."""
        storage = None if self.quota_storage_mb is None else self.quota_storage_mb * MEGABYTE
        return Quota(self.quota_clips_per_day, self.quota_minutes_per_day, storage)

    @property
    def database(self) -> str:
        """SQLAlchemy's address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'formcheck.db'}"

    @property
    def blobs(self) -> str:
        """Address of the blobs, for ``storage.address.open_blobs``."""
        return self.blobs_url or (self.data_dir.absolute() / "blobs").as_uri()

    @property
    def reading(self) -> ReadingLimits:
        """Limits of a clip. Each has a floor, below which the advice in its error would fail."""
        return ReadingLimits(self.max_pixels, self.max_duration_s, self.max_streams, self.max_fps)

    @property
    def work_dir(self) -> Path:
        """Folder for uploads on their way in and for work in progress; on the same disk as local blobs."""
        return self.data_dir.absolute() / "work"
