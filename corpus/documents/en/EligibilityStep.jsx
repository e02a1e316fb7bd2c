import { Field, Choice } from "../fields";

// Step two of the application for a fishing dock.
export function EligibilityStep({ values, change }) {
  return (
    <section>
      <h2>About the owner</h2>
      <Field label="Name of the boat" name="boatName" value={values.boatName} onChange={change} />
      <Field label="Nationality of the owner" name="ownerNationality" value={values.ownerNationality} onChange={change} />
      <Choice label="Are you authorized to work in the United States?" name="workAuthorized" options={["Yes", "No"]} />
      <Field label="Length of the boat in feet" name="boatLength" value={values.boatLength} onChange={change} />
    </section>
  );
}
