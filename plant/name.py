"""Names and sentences a person reads, always in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Name:
    """One text in both languages; Chinese first."""

    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        """Give the shape the journal and the API use: `{"zh": ..., "en": ...}`."""
        return {"zh": self.zh, "en": self.en}
