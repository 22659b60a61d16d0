// The store of one provider: what `oidc-provider` calls an adapter, in memory.

/** A function that makes the adapter of each model; all of them share one map. */
export function memoryStore() {
  const rows = new Map();
  const find = (matches) => [...rows.values()].find(matches);
  return (model) => {
    const name = (id) => `${model}:${id}`;
    return {
      upsert: async (id, payload) => void rows.set(name(id), payload),
      find: async (id) => rows.get(name(id)),
      findByUid: async (uid) => find((payload) => payload.kind === model && payload.uid === uid),
      findByUserCode: async () => undefined,
      consume: async (id) => void (rows.get(name(id)).consumed = Math.floor(Date.now() / 1000)),
      destroy: async (id) => void rows.delete(name(id)),
      async revokeByGrantId(grantId) {
        for (const [key, { grantId: of }] of rows) if (of === grantId) rows.delete(key);
      },
    };
  };
}
