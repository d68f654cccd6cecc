"""What was deleted from Redis stays readable in its append-only file until that is rewritten.

Source: five of five marker texts found in the file after they were deleted, none after a rewrite.
"""

from redis.exceptions import ResponseError

from app.bus.channels import SCRUB_WANTED
from app.bus.connection import answering, redis


def scrub() -> bool:
    """Has the append-only file rewritten if something was forgotten since the last time.

    Returns:
        False where there is nothing to do, or where it has to be tried again later: a rewrite
        that is under way began before the last deletion and may hold what was deleted since.
    """
    with answering():
        if not redis().get(SCRUB_WANTED):
            return False
        redis().delete(SCRUB_WANTED)
        try:
            redis().bgrewriteaof()
        except ResponseError as error:
            # Hosted Redis servers may not know the command: theirs is the file, and the duty.
            if "in progress" in str(error):
                redis().set(SCRUB_WANTED, 1)
            return False
    return True
