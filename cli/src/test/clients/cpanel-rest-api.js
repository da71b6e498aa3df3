// Works with a daemon through the public client cpanel-rest-api, as a billing program does, and prints what it learned as JSON.
// Arguments: port, access hash, account that is there.
'use strict';

const { WHM } = require('cpanel-rest-api');

const [port, accessKey, user] = process.argv.slice(2);
const client = (key) => new WHM({ host: '127.0.0.1', port: Number(port), username: 'root', accessKey: key });
const whm = client(accessKey);
const call = (action, params = {}) => whm.api({ action, params });

async function refusal(promise) {
    try {
        return { answered: await promise };
    } catch (failure) {
        return { message: failure.message, status: failure.response && failure.response.status };
    }
}

async function main() {
    const learned = {};
    learned.version = (await whm.api('version')).version;
    const search = { search: `^${user}$`, searchtype: 'user', want: 'user,domain' };
    learned.found = (await call('listaccts', search)).acct;

    const order = { username: 'newbie', domain: 'newbie.example', password: 'Pass & w+rd 42 ü', plan: 'default' };
    learned.made = await call('createacct', { ...order, hasshell: true, contactemail: 'a@b.example' });
    learned.summary = (await call('accountsummary', { user: 'newbie' })).acct[0];
    learned.again = await refusal(call('createacct', order));

    await call('suspendacct', { user: 'newbie', reason: 'Bill 7 & 8 – “open”' });
    learned.suspended = (await call('listsuspended')).account.filter((each) => each.user === 'newbie');
    await call('unsuspendacct', { user: 'newbie' });
    learned.batch = (await call('batch', { command: ['version', `accountsummary?user=${user}`, 'nothing_like_it'] })).result;

    const token = await call('api_token_create', { token_name: 'billing', acl: ['list-accts', 'suspend-acct'] });
    const limited = client(token.token);
    learned.ofRoot = (await call('listaccts')).acct.filter((each) => each.owner === 'root').length;
    learned.limitedSees = (await limited.api('listaccts')).acct.length;
    learned.limitedRefused = await refusal(limited.api({ action: 'removeacct', params: { username: 'newbie' } }));

    await call('removeacct', { username: 'newbie' });
    learned.gone = await refusal(call('accountsummary', { user: 'newbie' }));
    learned.unknown = await refusal(whm.uapi(user).api({ module: 'Email', func: 'list_pops' }));
    learned.wrongKey = await refusal(client('WRONG').api('listaccts'));
    console.log(JSON.stringify(learned));
}

main().catch((failure) => {
    console.error(failure.message);
    process.exit(1);
});
