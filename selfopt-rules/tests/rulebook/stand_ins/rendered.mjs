// Renders a component with React, again and again with other props, and says what each render
// shows. Functions among the props of what is shown stand there as what they return.
import { createElement } from 'react';
import { act, create } from 'react-test-renderer';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

export function rendered(component, allProps) {
  let root;
  const shown = allProps.map((props) => {
    act(() => {
      const element = createElement(component, props);
      if (root) root.update(element);
      else root = create(element);
    });
    return plain(root.toJSON());
  });
  act(() => root.unmount());
  return shown;
}

function plain(value) {
  if (typeof value === 'function') return { returned: plain(value()) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
