"""Sentences of the go-live check: what is wrong in a cell, and what to do about it."""


def problem_sentence(env, code, values):
    """Return the sentence of a finding in the reader's language; extended by ``_get_sentences``."""
    sentences = env["rc.golive.run"]._get_sentences()
    values = {name: str(value) for name, value in values.items()}
    if code not in sentences:
        return code
    return sentences[code] % values


def file_sentences(env):
    """Return code → sentence of what is wrong with a file or a cell, whatever the file."""
    return {
        "workbook": env._(
            "This is a workbook. In Excel choose Save As ‣ CSV UTF-8, and upload that."
        ),
        "not_utf8": env._("The file is not in UTF-8. Save it as “CSV UTF-8” and upload it again."),
        "too_many_lines": env._("More than %(max)s lines. Split the file and import the parts."),
        "bad_quotes": env._("A quotation mark is not closed. Put cells with quotes in quotes."),
        "empty": env._("The file is empty. Start from the sample file."),
        "no_rows": env._("There are no lines below the names of the columns."),
        "unknown_column": env._("This column is not known. Columns are: %(known)s."),
        "column_twice": env._("This column is there twice. Keep one of them."),
        "missing_column": env._("This column is missing. Add it, as in the sample file."),
        "too_many_cells": env._(
            "The line has more cells than there are columns. Put text with commas in quotes."
        ),
        "formula": env._(
            "This is a formula of a spreadsheet. Copy the values only (Paste Special ‣ Values)."
        ),
        "required": env._("This cell is empty. Fill it in."),
        "too_long": env._("Longer than %(max)s characters. Shorten it."),
        "bad_date": env._("Not a date. Write year-month-day, for example 2026-03-31."),
        "bad_amount": env._("Not an amount. Write digits and a point, for example 1250.40."),
        "negative": env._("An amount cannot be negative. Settle it in the old system first."),
        "zero": env._("Nothing to take over. Remove the line."),
        "too_large": env._("This is too large to be true. Check the digits."),
        "too_fine": env._("At most %(digits)s decimals are possible here. Round the amount."),
        "bad_email": env._("Not an e-mail address. Mend it, or empty the cell."),
        "bad_phone": env._("Not a phone number. Use digits, for example +86 138 0000 0000."),
        "bad_choice": env._("One of: %(choices)s."),
        "twice": env._("This is in line %(first)s already. Remove one of the two."),
        "unknown_member": env._(
            "No member has this reference: not in the members file, and none imported before. "
            "Add the member to the members file."
        ),
        "changed": env._(
            "Was imported as %(before)s, the file says %(now)s. Nothing is overwritten: correct it "
            "by hand, with its reason, if the file is right."
        ),
    }


def member_sentences(env):
    """Return code → sentence of what is wrong with members and their points."""
    return {
        "unknown_tier": env._("No such tier. Codes of tiers are: %(known)s."),
        "unknown_plan": env._("No such membership plan. Codes of plans are: %(known)s."),
        "plan_of_other_tier": env._(
            "This plan is of the tier %(tier)s. Mend the tier or the plan."
        ),
        "plan_missing": env._(
            "A tier that is paid for needs its plan and the day it is paid until. Add them, or "
            "empty the tier."
        ),
        "until_missing": env._(
            "Until when is it paid? Write the first day that is not paid any more."
        ),
        "until_past": env._(
            "The paid time is over. Empty tier, plan and dates to take over the contact alone."
        ),
        "until_before_start": env._("It ends before it began. Mend one of the two dates."),
        "until_without_plan": env._(
            "Only a plan is paid until a day. Add the plan, or empty the date."
        ),
        "start_future": env._("It cannot begin in the future. Mend the date."),
        "unknown_country": env._("No such country. Use its two letters, for example CN or US."),
        "unknown_language": env._(
            "This language is not switched on. Known: %(known)s. Switch it on under Settings ‣ "
            "Languages, or choose one of these."
        ),
        "email_known": env._(
            "%(name)s has this e-mail already. Decide on the line: the same person, or somebody "
            "else."
        ),
        "email_many": env._(
            "%(count)s contacts have this e-mail. Merge them first (Contacts ‣ Actions ‣ Merge)."
        ),
        "email_twice": env._("Line %(first)s has the same e-mail. Every member needs an own one."),
        "match_taken": env._(
            "%(name)s has this e-mail and was imported as %(reference)s. Use that reference, or "
            "mend the e-mail."
        ),
        "member_running": env._(
            "%(name)s has a running membership (%(plan)s) already. Empty tier, plan and dates to "
            "keep it."
        ),
        "unknown_program": env._("No such program. Codes of programs are: %(known)s."),
        "points_expired": env._("These points have expired. Remove the line."),
    }
