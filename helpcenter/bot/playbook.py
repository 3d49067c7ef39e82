"""`Playbook`: all topics, vocabulary and words of the bot, compiled and ready to decide with."""
