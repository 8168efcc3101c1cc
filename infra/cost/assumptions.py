"""What no play can measure, as numbers, in one place: how AWS answers, and what people and machines do.

Where a number is a guess it is a high one, so that the bill is not lower than AWS's.
"""

# --- How long AWS lets a function wait, in seconds, by service: billed as well.
WAITS = {
    "dynamodb.GetItem": 0.005,
    "dynamodb.BatchGetItem": 0.008,
    "dynamodb.Query": 0.008,
    "dynamodb.PutItem": 0.008,
    "dynamodb.UpdateItem": 0.008,
    "dynamodb.DeleteItem": 0.008,
    "dynamodb.TransactWriteItems": 0.025,
    "sqs.SendMessage": 0.015,
    "sesv2.SendEmail": 0.120,
}
# Starting a function, which is billed since August 2025: seconds, by function, and which share of its
# events find none waiting. A sweep every five minutes keeps `mail` awake; nothing else comes often.
COLD_SECONDS = {"web": 0.5, "match": 1.5, "mail": 0.5, "feedback": 0.5}
COLD_SHARE = {"web": 1.0, "match": 1.0, "mail": 0.1, "feedback": 1.0}

# --- What Lambda writes into the log for each event: START, END and REPORT, and what CloudWatch adds to each.
LOG_BYTES_AN_EVENT = 420
LOG_BYTES_A_LINE = 26

# --- Polling. Lambda asks a queue with five long polls of 20 seconds at once, and with as few as two when
# little comes; but not where a mapping has a MaximumConcurrency (Lambda developer guide, "Configuring scaling
# behavior for SQS event source mappings").
POLLS_AT_ONCE, POLLS_AT_ONCE_WHEN_QUIET = 5, 2
POLL_SECONDS = 20
# What the mail service says of each mail: accepted, delivered. Bounces and complaints are few.
EVENTS_A_MAIL = 2

# --- People. Each who takes part tells on average two others who only look; each looks at so many pages at
# first, and those who take part come back to the site so often, for so many pages.
LOOKERS_A_PARTICIPANT = 2
PAGES_OF_A_FIRST_VISIT = 5
LATER_VISITS = 6
PAGES_OF_A_LATER_VISIT = 2
# Security programs open each link in a mail before its reader does.
OPENED_BY_PROGRAMS = 1
# How often the coordinator looks into the console, in a week, and at how many of its pages (played).
CONSOLE_VISITS_A_WEEK = 2
SHARE_CHANGING, SHARE_LEAVING, SHARE_TELLING_EQUALITY = 0.1, 0.04, 0.5
RUNS = 3

# --- What stands, in a month of thirty days.
DAYS_A_MONTH = 30
SECONDS_A_MONTH = DAYS_A_MONTH * 24 * 3600
RELEASES_KEPT = 5
RELEASE_BYTES = 60_000_000
# Two releases a month, each with its site.
FILE_WRITES_A_MONTH = 400
# DynamoDB asks for a table's key of one's account about every five minutes in which something works.
KEY_REQUESTS_A_SWEEP = 1
