// Shows openapi.json for people: every read with its parameters, to be tried out, and every shape.
const byId = (id) => document.getElementById(id);

const { info, paths, components } = await (await fetch('/openapi.json')).json();
byId('about').textContent = info.description.replaceAll('`', '');
byId('reads').replaceChildren(...Object.entries(paths).map(([path, { get }]) => readOf(path, get)));
byId('shapes').replaceChildren(...Object.entries(components.schemas).map(([name, schema]) => shapeOf(name, schema)));

function readOf(path, { summary, parameters = [], responses, 'x-example-request': request }) {
  const form = make('form');
  for (const { name, description, schema } of parameters) {
    const input = Object.assign(make('input'), { name, title: description, placeholder: limitsOf(schema) });
    form.append(make('label', `${name} – ${description}`, input));
  }
  const output = make('pre');
  output.hidden = true;
  form.append(make('button', 'Try'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const address = addressOf(path, parameters, new FormData(form));
    output.hidden = false;
    output.textContent = `GET ${address}\n…`;
    try {
      const response = await fetch(address);
      output.textContent = `GET ${address}\n${response.status}\n${JSON.stringify(await response.json(), null, 2)}`;
    } catch (error) {
      output.textContent = `GET ${address}\n${error}`;
    }
  });
  const { schema, example } = responses[200].content['application/json'];
  const answer = schema.$ref.split('/').at(-1);
  const shown = make('details', '', make('summary', '', 'Example'), make('pre', `GET ${request}\n${JSON.stringify(example, null, 2)}`));
  return make('details', '', make('summary', '', make('code', path), ` ${summary}`), linkTo(answer), shown, form, output);
}

function addressOf(path, parameters, given) {
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: where } of parameters) {
    const value = String(given.get(name));
    if (where === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value !== '') query.set(name, value);
  }
  return query.size > 0 ? `${address}?${query}` : address;
}

function shapeOf(name, { properties = {}, enum: values }) {
  const list = make('ul');
  for (const [key, schema] of Object.entries(properties)) list.append(make('li', '', make('code', key), ' ', typeOf(schema)));
  const shape = make('details', '', make('summary', name), values === undefined ? list : make('p', values.join(', ')));
  shape.id = name;
  return shape;
}

function typeOf({ $ref, type, anyOf, items, enum: values, const: only }) {
  if ($ref !== undefined) return linkTo($ref.split('/').at(-1));
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.join(' | ');
  const span = make('span');
  if (anyOf !== undefined) anyOf.forEach((one, i) => span.append(i > 0 ? ' | ' : '', typeOf(one)));
  else if (type === 'array') span.append('list of ', typeOf(items));
  else span.append(type ?? 'anything');
  return span;
}

function linkTo(name) {
  const link = Object.assign(make('a', name), { href: `#${name}` });
  link.addEventListener('click', () => {
    byId(name).open = true;
  });
  return link;
}

function limitsOf({ minimum, maximum, maxLength, enum: values, items }) {
  if (values !== undefined) return values.join(', ');
  if (items !== undefined) return 'A,B';
  if (minimum !== undefined) return maximum === undefined ? `from ${minimum}` : `${minimum}–${maximum}`;
  return maxLength === undefined ? '' : `up to ${maxLength} characters`;
}

function make(tag, text = '', ...children) {
  const element = document.createElement(tag);
  element.append(...(text === '' ? [] : [text]), ...children);
  return element;
}
