//! What is said of a request for records. The page says the same words as the command line.

/// The words of a request.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Said {
    /// Who asks, by a name of the law's vocabulary: `haven law vocabulary`, fact `requester`; no person's name
    #[arg(long, value_name = "REQUESTER")]
    pub to: Option<String>,
    /// Of which class: federal_immigration, federal, state, city, court, press, public, vendor, subject
    #[arg(long)]
    pub class: Option<String>,
    /// What for: civil_immigration, criminal, mixed, own_record, litigation, public_information, service
    #[arg(long)]
    pub purpose: Option<String>,
    /// What was shown: none, statute, regulation, court_order, judicial_warrant, order_in_doubt, order_not_covering,
    /// administrative, usc_1373, records_request, written_consent, parents_consent, guardians_consent
    #[arg(long)]
    pub authority: Option<String>,
    /// What is asked for besides the record itself: status, origin, custody_status, release_date, contact_info, location, …
    #[arg(long = "asked", value_name = "TOPIC")]
    pub topics: Vec<String>,
    /// Whose record it is, where no station is named
    #[arg(long)]
    pub agency: Option<String>,
    /// What else is known, as in `haven ask`
    #[arg(long = "fact", value_name = "FACT=VALUE")]
    pub facts: Vec<String>,
    /// The day of the release, YYYY-MM-DD [default: today in the jurisdiction]
    #[arg(long, value_name = "DAY")]
    pub on: Option<String>,
    /// Record the judgement in the register: who judges, by staff id
    #[arg(long, value_name = "STAFF")]
    pub by: Option<String>,
    /// The station at which it is judged
    #[arg(long, value_name = "STATION")]
    pub station: Option<String>,
    /// The request it answers, by its id in the register
    #[arg(long, value_name = "ID", requires = "by")]
    pub request: Option<String>,
}
