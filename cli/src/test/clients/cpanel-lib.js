// Works with a daemon through the public client cpanel-lib, as an administrator's script does, and prints what it learned as JSON.
// Arguments: port, access hash, account, folder for a destination.
'use strict';

const { createClient } = require('cpanel-lib');

const [port, accessKey, user, folder] = process.argv.slice(2);
const client = (key) => createClient({ host: '127.0.0.1', port: Number(port), secure: true, username: 'root', accessKey: key });

function ask(key, name, parameters) {
    return new Promise((resolve, reject) => {
        client(key).call(name, parameters, (failure, answer) => (failure ? reject(failure) : resolve(answer)));
    });
}

const old = (name, parameters = {}) => ask(accessKey, name, parameters);
const call = (name, parameters = {}) => ask(accessKey, name, { 'api.version': 1, ...parameters });

async function done(name, parameters, isDone) {
    for (const end = Date.now() + 180_000; Date.now() < end; ) {
        const answer = await call(name, parameters);
        if (isDone(answer.data)) {
            return answer.data;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${name} did not tell of an end in three minutes`);
}

async function main() {
    const learned = {};
    learned.version = (await old('version')).version;
    learned.oldAccounts = (await old('listaccts')).acct.map((each) => each.user);
    learned.accounts = (await call('listaccts')).data.acct.map((each) => each.user);

    await call('backup_config_set', { backup_daily_retention: 9, backuptype: 'compressed' });
    learned.config = (await call('backup_config_get')).data.backup_config;
    const place = await call('backup_destination_add', { name: 'Second & third place', type: 'Local', path: folder });
    learned.destination = place.data.id;
    learned.destinations = (await call('backup_destination_list')).data.destination_list;

    const backup = await call('packhorse_backup_start', { user });
    const ended = (data) => !['pending', 'active'].includes(data.job.state);
    learned.backup = (await done('packhorse_job_get', { id: backup.data.job }, ended)).job.state;
    const date = (await call('backup_date_list')).data.backup_set[0].slice(0, 10);
    learned.queued = await call('restore_queue_add_task', { user, restore_point: date, mail_config: 1, mysql: 1 });
    learned.pending = (await call('restore_queue_list_pending')).data.restore_job;
    await call('restore_queue_activate');
    await done('restore_queue_state', {}, (data) => data.is_active === 0 && data.completed.length > 0);
    learned.restored = (await call('restore_queue_list_completed')).data.restore_job;

    learned.unknownFunction = await call('no_such_function');
    learned.unknownAccount = await call('accountsummary', { user: 'nobodyhere' });
    learned.badValue = await call('backup_config_set', { backuptype: 'shredded' });
    learned.wrongKey = await ask('WRONG', 'listaccts', { 'api.version': 1 });
    console.log(JSON.stringify(learned));
}

main().catch((failure) => {
    console.error(failure);
    process.exit(1);
});
