"""The office: each of its sections, with some changes to be seen."""

from playwright.sync_api import expect

from tests.pictures.studio import Studio

SECTIONS = ("users", "users/anna", "users/lidia", "skills", "queues", "queues/roads", "hours", "changes")


def take(studio: Studio) -> None:
    """Take all pictures of the office."""
    admin = studio.hotline.desk("admin")
    for level in (75, 80):
        skills = {"pl": 100, "en": 80, "roads": level, "transport": 80, "general": 80}
        admin.write("PUT", "/agents/anna/skills", {"skills": skills})
    for section in SECTIONS:
        with studio.page(f"/office/{section}", "admin") as page:
            expect(page.locator("main h2, main h3").first).to_be_visible()
            studio.keep(page, f"office-{section.replace('/', '-')}")
    with studio.page("/office/queues/roads", "admin") as page:
        page.fill("#queue-requirement", "roads>=20")
        page.locator("form .primary").first.click()
        expect(page.locator("#preview-heading")).to_be_focused()
        studio.keep(page, "office-queue-change")
