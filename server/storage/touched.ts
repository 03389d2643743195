/** What a transaction touched, by id: to be told to those who watch, after the commit and never before. */
export interface Touched {
  deviceIds: ReadonlySet<string>;
  incidentIds: ReadonlySet<string>;
}
