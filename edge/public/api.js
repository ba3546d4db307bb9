// Shows openapi.json for people: every operation with its parameters, to be tried out, and every shape.
const byId = (id) => document.getElementById(id);
const proof = byId('proof');
proof.addEventListener('submit', (event) => event.preventDefault());

const { info, tags, paths, components } = await (await fetch('/openapi.json')).json();
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
);
byId('about').textContent = info.description.replaceAll('`', '');
byId('operations').replaceChildren(...tags.flatMap(groupOf));
byId('shapes').replaceChildren(...Object.entries(components.schemas).map(([name, schema]) => shapeOf(name, schema)));

function groupOf({ name, description }) {
  const own = operations.filter((operation) => operation.tags.includes(name));
  return [make('h2', `${name[0].toUpperCase()}${name.slice(1)}`), make('p', description), ...own.map(drawn)];
}

function drawn(operation) {
  const { path, method, summary, responses } = operation;
  const address = make('span', '', make('code', method), ' ', breakable(path));
  const answers = make('ul', '', ...Object.entries(responses).map(([status, response]) => answerOf(status, response)));
  const { form, output } = trialOf(operation);
  const parts = [make('p', 'Answers'), answers, ...exampleOf(operation), form, output];
  return make('details', '', make('summary', '', address, ` ${summary}`), ...parts);
}

/** A path that may go on in the next line after each of its words. */
function breakable(path) {
  const words = path.split(/(?<=\/)/);
  return make('code', '', ...words.flatMap((word, i) => (i === 0 ? [word] : [make('wbr'), word])));
}

function answerOf(status, response) {
  const { description, content } = resolved(response);
  const [media] = Object.values(content ?? {});
  const name = media?.schema.$ref?.split('/').at(-1) ?? (media === undefined ? null : 'Problem');
  return make('li', '', make('code', status), ` ${description} `, ...(name === null ? [] : [linkTo(name)]));
}

function resolved(response) {
  return response.$ref === undefined ? response : components.responses[response.$ref.split('/').at(-1)];
}

function exampleOf({ method, responses, 'x-example-request': request }) {
  const example = responses[200]?.content?.['application/json'].example;
  if (example === undefined) return [];
  const text = `${method} ${request}\n${JSON.stringify(example, null, 2)}`;
  return [make('details', '', make('summary', '', 'Example'), make('pre', text))];
}

/** A form for the parameters and the body, and where the answer is shown. */
function trialOf({ path, method, parameters = [], requestBody }) {
  const form = make('form');
  for (const { name, description, schema } of parameters) {
    const input = Object.assign(make('input'), { name, placeholder: limitsOf(schema), autocomplete: 'off' });
    form.append(make('label', `${name} – ${description}`, input));
  }
  if (requestBody !== undefined) {
    const { schema, example } = requestBody.content['application/json'];
    const body = JSON.stringify(example, null, 2);
    const text = Object.assign(make('textarea', body), { name: 'the body', rows: body.split('\n').length + 1 });
    form.append(make('label', '', make('span', 'The body: ', linkTo(schema.$ref.split('/').at(-1))), text));
  }
  const output = make('pre');
  output.hidden = true;
  form.append(make('button', 'Try'));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    const address = addressOf(path, parameters, given);
    output.hidden = false;
    output.textContent = `${method} ${address}\n…`;
    output.textContent = `${method} ${address}\n${await answerTo(address, method, parameters, given)}`;
  });
  return { form, output };
}

async function answerTo(address, method, parameters, given) {
  const headers = {};
  const token = new FormData(proof).get('token').trim();
  if (token !== '') headers.authorization = `Bearer ${token}`;
  for (const { name, in: where } of parameters)
    if (where === 'header' && given.get(name) !== '') headers[name] = String(given.get(name));
  const body = given.get('the body') ?? undefined;
  try {
    const response = await fetch(address, { method, headers, body });
    const told = ['etag', 'cache-control', 'retry-after', 'server-timing'].flatMap((name) =>
      response.headers.has(name) ? [`${name}: ${response.headers.get(name)}`] : [],
    );
    const text = await response.text();
    return [response.status, ...told, text === '' ? '' : JSON.stringify(JSON.parse(text), null, 2)].join('\n');
  } catch (error) {
    return String(error);
  }
}

function addressOf(path, parameters, given) {
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: where } of parameters) {
    const value = String(given.get(name));
    if (where === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (where === 'query' && value !== '') query.set(name, value);
  }
  return query.size > 0 ? `${address}?${query}` : address;
}

function shapeOf(name, schema) {
  const shape = make('details', '', make('summary', name), ...fieldsOf(schema));
  shape.id = name;
  return shape;
}

function fieldsOf({ properties, oneOf = [], enum: values }) {
  if (values !== undefined) return [make('p', values.join(', '))];
  if (properties === undefined) return oneOf.length > 0 ? [make('p', 'One of'), ...oneOf.flatMap(fieldsOf)] : [];
  const list = make('ul');
  for (const [key, schema] of Object.entries(properties)) list.append(make('li', '', make('code', key), ' ', typeOf(schema)));
  return [list];
}

function typeOf({ $ref, type, anyOf, items, properties, enum: values, const: only }) {
  if ($ref !== undefined) return linkTo($ref.split('/').at(-1));
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.join(' | ');
  const span = make('span');
  if (anyOf !== undefined) anyOf.forEach((one, i) => span.append(i > 0 ? ' | ' : '', typeOf(one)));
  else if (type === 'array') span.append('list of ', typeOf(items));
  else if (properties !== undefined) span.append('with ', Object.keys(properties).join(', '));
  else span.append([type ?? 'anything'].flat().join(' | '));
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
  if (minimum !== undefined) return maximum === undefined || maximum > 1e6 ? `from ${minimum}` : `${minimum}–${maximum}`;
  return maxLength === undefined ? '' : `up to ${maxLength} characters`;
}

function make(tag, text = '', ...children) {
  const element = document.createElement(tag);
  element.append(...(text === '' ? [] : [text]), ...children);
  return element;
}
