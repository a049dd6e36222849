import t from 'tap';
import { codecLimits, DEFAULT_LIMITS } from '../../runtime/codec/limits.js';

t.test('limits are completed by defaults and cut to their range', async (t) => {
  t.same(codecLimits(), DEFAULT_LIMITS);
  t.same(codecLimits({ maxDepth: 5 }), { ...DEFAULT_LIMITS, maxDepth: 5 });
  t.same(codecLimits({ maxDepth: 0, maxShapeKeys: -1, maxKeyLength: -1, maxInternLength: -1 }), {
    maxDepth: 1,
    maxShapeKeys: 0,
    maxKeyLength: 0,
    maxInternLength: 0,
  });
  t.same(
    codecLimits({ maxDepth: 1e9, maxShapeKeys: 1e9, maxKeyLength: 1e9, maxInternLength: 1e9 }),
    {
      maxDepth: 10_000,
      maxShapeKeys: 255,
      maxKeyLength: 1024,
      maxInternLength: 1024,
    },
  );
});
