// As much of React as pages need: `useState`, and `rendered`, which React has not. It renders a
// component again and again with the states of before and collects what is shown.
let states = [];
let next = 0;

export function useState(initial) {
  const idx = next++;
  if (!(idx in states)) states[idx] = typeof initial === 'function' ? initial() : initial;
  const set = (value) => {
    states[idx] = typeof value === 'function' ? value(states[idx]) : value;
  };
  return [states[idx], set];
}

export function rendered(component, allProps) {
  states = [];
  return allProps.map((props) => {
    next = 0;
    return component(props);
  });
}

export default { useState };
