/**
 * What piscina loads in a thread. It is CommonJS, and imports what is to run, because piscina would
 * `require` it: in Node 20 a thread that is killed while ES modules are instantiated for a `require`
 * takes the whole process with it ("IsGraphAsync must be used on an instantiated module"). An `import`
 * can be killed at any point.
 */
module.exports = async ({ module, name, task }: import('./launch.js').Launch): Promise<unknown> => {
  const loaded = await import(module);
  const run = loaded[name] ?? loaded.default;
  if (typeof run !== 'function') throw new TypeError(`${module} exports no function ${name}`);
  return run(task);
};
