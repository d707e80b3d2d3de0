// Whether the dialog that imports prices is open: empty views open it too.
class Importing {
  open = $state(false);
}
export const importing = new Importing();
