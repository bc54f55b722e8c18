"""What was attempted at a service, how it ended and where each secret went. Never a secret itself.

One append-only file, a JSON object a line. A create's first line is on the disk before its POST is sent, and
the entry is closed only when the secret is stored: whatever ends the program in between, the next start finds
the entry. A process that works on an entry holds a lock (flock) on a file of its name, which ends with the
process, so that another instance offers only entries that nobody works on. Entries that are only looked at are
not locked.
"""
