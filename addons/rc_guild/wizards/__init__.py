from . import rc_guild_close_wizard
