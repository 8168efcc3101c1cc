// The answers have arrived: the draft that was sent leaves this device.
try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("kith-draft ") && JSON.parse(localStorage.getItem(key)).sent) localStorage.removeItem(key);
  }
} catch {
  // Where nothing may be kept, nothing was.
}
