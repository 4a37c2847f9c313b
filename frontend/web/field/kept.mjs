// What a phone keeps between pages: the queue of what was not sent, and a snapshot of today.

const NAME = 'weir-field';

let opening;
function open() {
  opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('queue', { keyPath: 'id' });
      asked.result.createObjectStore('kept');
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  // Another time perhaps.
  opening.catch(() => { opening = undefined; });
  return opening;
}

/** Ends when what was written is safe, not when it was asked for. */
async function run(store, mode, act) {
  const transaction = (await open()).transaction(store, mode, mode === 'readwrite' ? { durability: 'strict' } : undefined);
  const asked = act(transaction.objectStore(store));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(asked?.result);
    transaction.onabort = transaction.onerror = () => failed(transaction.error ?? asked?.error);
  });
}

export const queue = {
  all: () => run('queue', 'readonly', store => store.getAll()),
  put: item => run('queue', 'readwrite', store => store.put(item)),
  remove: id => run('queue', 'readwrite', store => store.delete(id)),
};

export const kept = {
  get: key => run('kept', 'readonly', store => store.get(key)),
  set: (key, value) => run('kept', 'readwrite', store => store.put(value, key)),
  clear: () => run('kept', 'readwrite', store => store.clear()),
};
