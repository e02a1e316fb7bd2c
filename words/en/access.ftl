### Signing in, one's own account, and the people who may sign in.
# access-role-{name} names a role; {name} is a word of the list `role` of law/register.toml.

access-sign-in = Sign in
access-sign-in-text = What you ask is then on record as yours, and you see what your role may see.
access-staff = Staff id
access-staff-hint = Your number, never your name.
access-password = Password
access-no-password = No password yet, or a new code in hand?
access-enrol = Set your password
access-enrol-text = Your administrator gave you a code. It works once.
access-code = One-time code
access-new-password = New password
access-password-hint = At least { $letters } characters. Four or five words that do not belong together are easy to keep in mind.
access-set-password = Set the password
access-wrong = That did not work. Check the id and the password. If it goes on, ask your administrator for a new code.
access-wrong-code = That did not work. Check the id and the code. A code works once and for three days. Ask your administrator for a new one.
access-wrong-old = The old password is not right. Nothing was changed.
access-too-many = Too many tries. Wait a minute, then try again.
access-weak-length = The password needs at least { $letters } and at most 200 characters. Nothing was changed.
access-weak-plain = That password is too easy to guess. Use more different words, without your id. Nothing was changed.
access-elsewhere = This did not come from Haven
access-elsewhere-text = Another site sent this, or your browser does not say where it comes from. Nothing was done. Open the page here and send it again.
access-role = This page is for another role
access-role-text = Your account may not open it. If your work needs it, ask your administrator.
access-failed = Haven could not do this
access-failed-text = Nothing was changed. Tell whoever runs this service.
access-account = Account
access-roles = Roles
access-role-officer = Officer
access-role-supervisor = Supervisor
access-role-counsel = Counsel
access-role-auditor = Auditor
access-role-administrator = Administrator
access-station = Station
access-no-station = No station
access-sign-out = Sign out
access-sessions = Where you are signed in
access-sessions-text = A session ends by itself after twelve hours. For counsel, auditors and administrators it also ends after thirty minutes without use.
access-began = Began { $at }
access-seen = Last used { $at }
access-this-session = This is the one you use now.
access-end = End it
access-end-others = End all others
access-change-password = Change your password
access-old-password = Old password
access-people = People
access-people-text = Who may sign in, and as what. Every change is on record, with your id, before it takes effect.
access-enrolled = Enrolled
access-you = you
access-no-role = No role
access-disabled = May not sign in
access-code-until = Has a code until { $at }
access-has-password = Has a password
access-has-none = Has no password here
access-open-sessions = { $count ->
    [0] No open session.
    [one] One open session.
   *[other] { $count } open sessions.
  }
access-change = Change
access-save-roles = Save the roles
access-new-code = Give a new code
access-enable = Let sign in again
access-disable = Let sign in no longer
access-end-sessions = End all sessions
access-enrol-one = Enrol
access-new-hint = Letters, digits and hyphens, with a digit. Never a name.
access-own = You cannot do this to yourself. Ask another administrator.
access-present = There is somebody of that id already.
access-absent = There is nobody of that id.
access-field-staff = That is no staff id. It has letters, digits and hyphens, with at least one digit, and is no name.
access-field-station = There is no such station.
access-field-roles = Choose at least one role.
access-code-title = A one-time code
access-code-text = It is shown only now. Hand it over in person. With it they set their password on the page “Set your password”.
access-valid-until = Works until
