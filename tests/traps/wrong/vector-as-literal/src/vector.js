export class Vector {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  add(other) {
    return new Vector(this.x + other.x, this.y + other.y);
  }

  scale(factor) {
    return new Vector(this.x * factor, this.y * factor);
  }

  get length() {
    return Math.hypot(this.x, this.y);
  }
}

// Positions of a body with constant acceleration, one a step.
export function simulate(steps, acceleration, dt = 0.5) {
  let position = new Vector(0, 0);
  let velocity = new Vector(0, 0);
  const path = [];
  for (let i = 0; i < steps; i++) {
    const change = acceleration.scale(dt);
    velocity = new Vector(velocity.x + change.x, velocity.y + change.y);
    position = velocity.scale(dt).add(position);
    path.push([position.x, position.y]);
  }
  return path;
}
