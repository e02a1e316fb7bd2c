"""Tables of the summer jobs program."""

from dataclasses import dataclass


@dataclass
class Applicant:
    number: int
    school: str
    i9_document: str
    is_us_citizen: bool
    visa_expires: str | None = None
    citizens_award: bool = False  # prize for service to the neighborhood


QUESTIONS = {
    "hours": "How many hours a week can you work?",
    "status": "What is your citizenship status?",
    "uniform": "Which size of shirt do you wear?",
}
