#!/usr/bin/perl
# Drives a sandbox with Net::EPP::Simple (Debian: libnet-epp-perl) as a registrar's script
# would, and prints TAP. Usage: netepp.pl DIR, where DIR holds sandbox.json.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Sandbox qw(open_sandbox connection code);
use Test::More;

open_sandbox(shift);

my $wrong = connection('registrar-a', pass => 'not-my-pw');
ok(!$wrong, 'a wrong password opens no session');
code(2200, 'wrong password');

my $epp = connection('registrar-a');
ok($epp, 'login') or BAIL_OUT($Net::EPP::Simple::Error);
code(1000, 'login');
ok($epp->ping, 'hello');

my ($id, $domain, $ns, $glue) = ('perl-contact', 'netepp.example', 'ns1.netepp.test', 'ns1.netepp.example');
my $auth = 'Net::EPP-7hx!dK2v-w9Zq#Rb';    # RFC 9154: strong, or the server refuses it

is($epp->check_domain($domain),         1, 'the domain is free');
is($epp->check_domain('taken.example'), 0, 'taken.example is not');
is($epp->check_host($ns),               1, 'the host is free');
is($epp->check_contact($id),            1, 'the contact is free');

ok($epp->create_contact({
    id         => $id,
    postalInfo => { int => { name => 'Pearl Example', org => 'Example Inc.', addr => {
        street => ['1 Main Street', 'rear'], city => 'Miami', sp => 'FL', pc => '33101', cc => 'US',
    } } },
    voice => '+1.3055550100', fax => '+1.3055550101', email => 'pearl@example.net', authInfo => $auth,
}), 'contact:create');
code(1000, 'contact:create');
is($epp->check_contact($id), 0, 'the contact is there');
my $contact = $epp->contact_info($id);
is($contact->{postalInfo}{int}{name},     'Pearl Example',     'contact:info gives the name');
is($contact->{postalInfo}{int}{addr}{cc}, 'US',                'and the country');
is($contact->{email},                     'pearl@example.net', 'and the mail address');

ok($epp->create_host({ name => $ns, addrs => [] }), 'host:create');
code(1000, 'host:create');

ok($epp->create_domain({
    name => $domain, period => 2, registrant => $id, contacts => { admin => $id, tech => $id },
    ns => [$ns], authInfo => $auth,
}), 'domain:create');
code(1000, 'domain:create');
ok(!$epp->create_domain({
    name => $domain, period => 2, registrant => $id, contacts => {}, ns => [$ns], authInfo => $auth,
}), 'a second domain:create');
code(2302, 'a second domain:create');

my $info = $epp->domain_info($domain);
is($info->{registrant},       $id,           'domain:info gives the registrant');
is($info->{contacts}{tech},   $id,           'and the technical contact');
is_deeply($info->{ns},        [$ns],         'and the name server');
is($info->{clID},             'registrar-a', 'and the sponsor');
my ($expires) = $info->{exDate} =~ /^(\d{4}-\d\d-\d\d)T/;
my ($created) = $info->{crDate} =~ /^(\d{4})/;
like($expires, qr/^\d{4}/, 'and the day of expiry');
is(substr($expires, 0, 4) - $created, 2, 'which is two years ahead');

ok($epp->renew_domain({ name => $domain, cur_exp_date => $expires, period => 1 }), 'domain:renew');
code(1000, 'domain:renew');
# Net::EPP makes its clTRID of the second. Within the same one this would be the same command,
# whose first answer comes again.
sleep 1;
ok(!$epp->renew_domain({ name => $domain, cur_exp_date => $expires, period => 1 }), 'the same domain:renew again');
code(2004, 'the same domain:renew again');
is(substr($epp->domain_info($domain)->{exDate}, 0, 4) - $created, 3, 'renewed once');

ok($epp->create_host({ name => $glue, addrs => [
    { ip => '192.0.2.1', version => 'v4' }, { ip => '2001:db8::1', version => 'v6' },
] }), 'host:create with addresses');
ok($epp->update_domain({
    name => $domain,
    add  => { ns => [$glue], status => ['clientTransferProhibited'] },
    rem  => { ns => [$ns], contacts => { tech => $id } },
    chg  => { authInfo => $auth . 'x' },
}), 'domain:update');
code(1000, 'domain:update');
$info = $epp->domain_info($domain);
is_deeply($info->{ns},     [$glue],                      'the name server changed');
is_deeply($info->{status}, ['clientTransferProhibited'], 'and the status');
is($info->{contacts}{tech}, undef,                       'and the technical contact went');
my @addrs = sort map { $_->{addr} } @{ $epp->host_info($glue)->{addrs} };
is_deeply(\@addrs, ['192.0.2.1', '2001:db8::1'], 'host:info gives the addresses');

ok(!$epp->delete_contact($id), 'a contact in use cannot be deleted');
code(2305, 'contact:delete in use');
ok(!$epp->delete_domain('taken.example'), "nor another registrar's domain");
code(2201, "domain:delete of another's");

ok($epp->update_domain({ name => $domain, rem => { ns => [$glue] } }), 'without delegation');
ok($epp->delete_host($glue),     'host:delete');
code(1000, 'host:delete');
ok($epp->delete_domain($domain), 'domain:delete in the add grace period');
code(1000, 'domain:delete in the add grace period');
ok($epp->delete_host($ns),       'host:delete of the external host');
ok($epp->delete_contact($id),    'contact:delete');
code(1000, 'contact:delete');
is($epp->check_domain($domain), 1, 'the domain is free again');
ok(!defined $epp->domain_info($domain), 'and unknown');
code(2303, 'domain:info of an unknown name');

ok($epp->logout, 'logout');
done_testing();
