// The ready-made actors, one block each: the entry `troupe/actors`.
export {};
