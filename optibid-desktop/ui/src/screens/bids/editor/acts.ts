// What the editor can do, as its bar, its keys and its panels call it.
export interface Acts {
  save: () => void;
  submit: () => void;
  build: () => void;
  copyPeriod: () => void;
  copyDays: () => void;
  showFindings: () => void;
}
