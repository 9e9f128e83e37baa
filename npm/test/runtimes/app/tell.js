// What a script tells the test that runs it: a line of JSON for each event.

export const tell = (...event) => console.log(JSON.stringify(event));
