"""Absolute addresses of our pages, as mails carry them: in the recipient's language, with a link's token."""

from dataclasses import dataclass

from functions.programme.links import Purpose, link_token

# Where people ask for a fresh link: to change their answers, to leave, to have or erase what is theirs.
SELF_SERVICE = "/my/place/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAddresses:
    """The addresses of one site. `origin` has no final slash; the first of the languages has no prefix."""

    origin: str
    languages: tuple[str, ...]
    link_key: bytes

    def of_page(self, path: str, language: str) -> str:
        """Return the address of a page (`/my/place/`); a language without pages gets those of the first."""
        own, *others = self.languages
        prefix = f"/{language}" if language in others and language != own else ""
        return f"{self.origin}{prefix}{path}"

    def of_link(self, purpose: Purpose, link_id: str, language: str) -> str:
        """Return the address of the page behind a link."""
        return self.of_page(f"/my/{purpose}/{link_token(self.link_key, link_id)}", language)
