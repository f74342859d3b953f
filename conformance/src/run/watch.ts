/** Hears what is being done, by names such as `FN-SES-0001 json`. */
export interface Watch {
  begin(name: string): void;
  end(name: string): void;
}
