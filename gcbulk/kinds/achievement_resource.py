"""What an achievement is to plans, requests, the journal and reports.

Source: https://developer.apple.com/documentation/appstoreconnectapi/post-v2-gamecenterachievements and
https://developer.apple.com/documentation/appstoreconnectapi/post-v1-gamecenterachievements
"""

from __future__ import annotations

from gcbulk.records import Api, Attribute, Form, ImageResource, ReleaseResource, Resource, Role, TextResource

RESOURCE = Resource(
    kind="achievement",
    words={
        Role.THING: "achievement",
        Role.TEXT: "localization",
        Role.IMAGE: "image",
        Role.VERSION: "version",
        Role.ORDER: "order",
        Role.REVIEW: "review",
    },
    type="gameCenterAchievements",
    version_type="gameCenterAchievementVersions",
    attributes=(
        Attribute(name="reference_name"),
        Attribute(name="vendor_identifier"),
        Attribute(name="points", type=int),
        Attribute(name="show_before_earned", type=bool),
        Attribute(name="repeatable", type=bool),
        Attribute(name="archived", type=bool, on_create=False),  # what is new is not archived
        Attribute(name="activity_properties", type=dict),
    ),
    text=TextResource(
        type="gameCenterAchievementLocalizations",
        attributes=(
            Attribute(name="locale"),
            Attribute(name="name"),
            Attribute(name="before_earned_description"),
            Attribute(name="after_earned_description"),
        ),
    ),
    image=ImageResource(type="gameCenterAchievementImages"),
    release=ReleaseResource(
        type="gameCenterAchievementReleases", listed="achievementReleases", parent="gameCenterAchievement"
    ),
    review_item="gameCenterAchievementVersion",
    forms={
        Api.V1: Form(
            root="/v1",
            listed="gameCenterAchievements",
            parent="gameCenterAchievement",
            image="gameCenterAchievementImage",
            image_parent="gameCenterAchievementLocalization",
        ),
        Api.V2: Form(
            root="/v2",
            listed="gameCenterAchievementsV2",
            parent="version",
            version_parent="achievement",
            image="image",
            image_parent="localization",
        ),
    },
)
