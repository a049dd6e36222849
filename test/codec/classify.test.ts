import { runInNewContext } from 'node:vm';
import t from 'tap';
import {
  CLASS_ARRAY,
  CLASS_ERROR,
  CLASS_MAP,
  CLASS_OTHER,
  CLASS_PLAIN,
  CLASS_VIEW,
  classNameOf,
  classOf,
  isCarriedByStructuredClone,
} from '../../runtime/codec/classify.js';

const kindOf = (object: object) => classOf(object, Object.getPrototypeOf(object));

t.test('the class is that of the prototype, and subclasses are other', async (t) => {
  t.equal(kindOf({}), CLASS_PLAIN);
  t.equal(kindOf(Object.create(null)), CLASS_PLAIN);
  t.equal(kindOf([]), CLASS_ARRAY);
  t.equal(kindOf(new Map()), CLASS_MAP);
  t.equal(kindOf(Buffer.alloc(1)), CLASS_VIEW);
  t.equal(kindOf(new (class extends Map {})()), CLASS_OTHER);
  t.equal(kindOf(new (class {})()), CLASS_OTHER);
  t.equal(kindOf(Object.create({})), CLASS_OTHER);
  t.equal(kindOf(new (class extends TypeError {})()), CLASS_ERROR);
});

const lookalike = { Map: class {} }.Map;

t.test('built-in classes of another realm are known, lookalikes are not', async (t) => {
  t.equal(kindOf(runInNewContext('({})')), CLASS_PLAIN);
  t.equal(kindOf(runInNewContext('[]')), CLASS_ARRAY);
  t.equal(kindOf(runInNewContext('new RangeError("x")')), CLASS_ERROR);
  t.equal(kindOf(new lookalike()), CLASS_OTHER);
});

t.test('structured clone is asked whether a class survives', async (t) => {
  // Newer versions of Node refuse some classes where older ones lose them.
  const carried = (object: object): boolean => {
    try {
      return isCarriedByStructuredClone(object, Object.getPrototypeOf(object));
    } catch (error) {
      t.equal((error as DOMException).name, 'DataCloneError');
      return false;
    }
  };
  t.ok(carried(new Blob([])));
  t.notOk(carried(new URL('http://a/')));
  t.notOk(carried(new (class {})()));
  t.notOk(carried(new (class extends Blob {})([])));
});

t.test('a class name is told whatever the object does', async (t) => {
  t.equal(classNameOf(new URL('http://a/')), 'URL');
  t.equal(classNameOf(Object.create(null)), 'object without a class');
  const trap = {
    get constructor(): never {
      throw new Error('no');
    },
  };
  t.equal(classNameOf(trap), 'object without a class');
});
