### What is this paper? One sign at a time.
# Keys that are put together: paper-ask-STEP, paper-why-STEP, paper-see-STEP-CHOICE and paper-alt-STEP-CHOICE by
# law/paper-page.toml; paper-is-CLASS and paper-not-CLASS by the classes of law/papers.toml. The questions of single fields
# are words of the law: law/papers.toml in English, paper-field-FIELD, paper-option-FIELD-VALUE and paper-check-CHECK in
# law/words/<language>.ftl.

paper-title = What is this paper?
paper-step = Question { $number }
paper-unknown = I can’t see it, or I don’t know
paper-type-other = None of these? Type what stands there
paper-type = Type what stands there
paper-type-day = Give the day
paper-no-names = Type no names of people.
paper-next = Next
paper-back = Back
paper-done = That is all I can see
paper-again = Another paper

paper-ask-signer = Who signed it?
paper-why-signer = Look at the end of the paper. The title under the signature tells the most. Only a judge or magistrate of a court makes a judge’s warrant.
paper-see-signer-judge = A judge of a court
paper-alt-signer-judge = Drawing: a signature, and under it the title Judge.
paper-see-signer-magistrate = A magistrate judge
paper-alt-signer-magistrate = Drawing: a signature, and under it the title United States Magistrate Judge.
paper-see-signer-officer = An immigration officer
paper-alt-signer-officer = Drawing: a signature, and under it the title Deportation Officer.
paper-see-signer-immigration-judge = An immigration judge
paper-alt-signer-immigration-judge = Drawing: a signature, and under it the title Immigration Judge.
paper-see-signer-none = Nobody signed it
paper-alt-signer-none = Drawing: a line for a signature with nothing on it.
paper-see-signer-cut-off = It is cut off, or I can’t read it
paper-alt-signer-cut-off = Drawing: the end of a page, torn off through the signature.
paper-see-signer-screen = No paper: a hit on a screen
paper-alt-signer-screen = Drawing: a screen that shows a hit.

paper-ask-top = What stands at the top?
paper-why-top = A judge’s paper names its court. An immigration form names Homeland Security. An immigration court is not a court of judges.
paper-see-top-district = A United States District Court
paper-alt-top-district = Drawing: the head of a court’s paper, United States District Court, with two parties and a case number.
paper-see-top-circuit = A state court, such as the Circuit Court of Cook County
paper-alt-top-circuit = Drawing: the head of a court’s paper, Circuit Court of Cook County, with two parties and a case number.
paper-see-top-homeland = Homeland Security, or ICE
paper-alt-top-homeland = Drawing: a form with boxes to fill in, Department of Homeland Security at the top left, the form’s number in the bottom corner.
paper-see-top-immigration-court = An immigration court
paper-alt-top-immigration-court = Drawing: a form with boxes to fill in, Immigration Court at the top.

paper-see-form_number-i-200 = Form I-200
paper-alt-form_number-i-200 = Drawing: the bottom corner of a form that says Form I-200.
paper-see-form_number-i-205 = Form I-205
paper-alt-form_number-i-205 = Drawing: the bottom corner of a form that says Form I-205.
paper-see-form_number-i-247a = Form I-247A
paper-alt-form_number-i-247a = Drawing: the bottom corner of a form that says Form I-247A.
paper-see-form_number-i-203 = Form I-203
paper-alt-form_number-i-203 = Drawing: the bottom corner of a form that says Form I-203.
paper-see-form_number-i-286 = Form I-286
paper-alt-form_number-i-286 = Drawing: the bottom corner of a form that says Form I-286.
paper-see-form_number-i-862 = Form I-862
paper-alt-form_number-i-862 = Drawing: the bottom corner of a form that says Form I-862.
paper-see-form_number-ao-442 = AO 442
paper-alt-form_number-ao-442 = Drawing: the bottom corner of a form that says AO 442.
paper-see-form_number-ao-93 = AO 93
paper-alt-form_number-ao-93 = Drawing: the bottom corner of a form that says AO 93.

paper-see-ncic_file-immigration-violator = Immigration Violator File
paper-alt-ncic_file-immigration-violator = Drawing: a screen that names the Immigration Violator File and an administrative warrant.
paper-see-ncic_file-wanted-person = Wanted Person File
paper-alt-ncic_file-wanted-person = Drawing: a screen that names a wanted person, a crime and the agency that entered it.
paper-see-ncic_file-other = Another file
paper-alt-ncic_file-other = Drawing: a screen that names another file.

# What it is, in one sentence.
paper-is-judicial_warrant = It shows the signs of a judge’s warrant. Do not refuse it: check it with the court, then do what it says and no more.
paper-is-court_order = It shows the signs of a court’s order. Do not refuse it: call the agency’s lawyer, then do what it orders and no more.
paper-is-administrative_warrant = It is an immigration paper. Immigration officials made it, not a judge of a court.
paper-is-detainer = It asks you to hold a person, or to tell when the person gets out. It is a request, not an order.
paper-is-subpoena = It asks for records or answers. Take it, hand nothing over, and give it to the agency’s lawyer today.
paper-is-cannot_tell = The signs do not settle what it is. Do not act on it yet, and do not refuse it. Ask a supervisor.
# What it is not.
paper-not-judicial_warrant = It is not an immigration officer’s paper, whoever brought it.
paper-not-court_order = It is not a request that you may turn down.
paper-not-administrative_warrant = It is not a judge’s warrant. No judge or magistrate of a court signed it, even if it says “warrant”.
paper-not-detainer = It is not a warrant. No judge signed it.
paper-not-subpoena = It is not a warrant. It lets nobody in, and it orders no arrest.
paper-not-cannot_tell = It is not known to be a judge’s warrant, and it is not known that it is none.

paper-sure = How sure
paper-not = What it is not
paper-sure-settled = The signs you gave settle it, and none speaks against it.
paper-sure-against = The signs settle it, but one of them points elsewhere. See below.
paper-sure-conflict = The signs contradict each other. Call the clerk of the court it names, at a number you looked up yourself.
paper-sure-open = Some signs were seen, and they are not enough.
paper-sure-nothing = No sign was recognised yet.
paper-leads = What do you want to know now?
paper-check = Check all the same
paper-signs = By which signs
paper-no-signs = None that counts.
paper-against = Signs that point elsewhere
paper-missing = Still missing
paper-look-next = What to look at next
paper-look-more = More signs you can look at
