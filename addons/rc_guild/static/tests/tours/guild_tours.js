/* A member founds a guild and reads its hub. Works on any screen size. */
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_guild_found", {
    url: "/my/guild",
    steps: () => [
        {
            content: "No guild yet: found one",
            trigger: "[data-name=guild_found] a.btn",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The conditions are met",
            trigger: "[data-name=guild_conditions] .rc_item:contains(you have 1025)",
        },
        {
            content: "A name",
            trigger: "#guild_name",
            run: "edit Night Owls 夜猫子",
        },
        {
            content: "A purpose",
            trigger: "#guild_purpose",
            run: "edit Company for those who are awake",
        },
        {
            content: "A type",
            trigger: "input[name=guild_type][value=creative]",
            run: "click",
        },
        {
            content: "Points are offered first to who has them",
            trigger: "input[name=paid_with][value=points]:checked",
        },
        {
            content: "Found it",
            trigger: ".rc_guild_form button:contains(Found the guild)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The hub is there, with the guild's name",
            trigger: ".rc_title:contains(Night Owls 夜猫子)",
        },
        {
            content: "and its code to share",
            trigger: "[data-name=guild_invite] .rc_share_code:contains(GUILD-)",
        },
        {
            content: "and one member",
            trigger: "[data-name=guild_members]:contains(1)",
        },
        {
            content: "Nothing contributed yet",
            trigger: "[data-name=guild_entries] .rc_empty",
        },
        {
            content: "Look at the public page",
            trigger: "a.btn:contains(Public page)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It knows its leader",
            trigger: "[data-name=guild_join]:contains(You are a member)",
        },
    ],
});

registry.category("web_tour.tours").add("rc_guild_hub", {
    url: "/my/guild",
    steps: () => [
        {
            content: "The points of the payment",
            trigger: "[data-name=guild_points]:contains(25)",
        },
        {
            content: "What the month brings the fund so far",
            trigger: "[data-name=guild_month]:contains(1.00)",
        },
        {
            content: "Two people",
            trigger: "[data-name=guild_people] .rc_item:contains(Leader)",
        },
        {
            content: "The chart is drawn",
            trigger: "[data-name=guild_chart] canvas",
        },
        {
            content: "The contribution is listed",
            trigger: "[data-name=guild_entries] .rc_item:contains(+25)",
        },
        {
            content: "Leave the guild",
            trigger: ".rc_guild_leave summary",
            run: "click",
        },
        {
            content: "Really",
            trigger: ".rc_guild_leave button:contains(Leave now)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Out of the guild, for some days",
            trigger: ".rc_notice:contains(not long ago)",
        },
    ],
});
