export interface HouseholdMember {
  relation: string;
  dateOfBirth: string;
  birthCountry?: string;
  citizenshipStatus?: "citizen" | "national" | "qualified_alien" | "other";
  dateEnteredUS?: string;
  residentSince?: string; // in this building
}

export const hints: Record<string, string> = {
  relation: "How are you related?",
  birthCountry: "Country where this person was born",
};
