// Is gone before anything is said to it, and all is well.
